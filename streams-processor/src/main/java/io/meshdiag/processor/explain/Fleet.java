package io.meshdiag.processor.explain;

import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.processor.detect.Running;
import io.meshdiag.processor.detect.incident.FactorKind;
import io.meshdiag.state.FleetMember;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The clusters of a mesh: which network each is in, and which versions run there.
 *
 * <p>Here it is known how common a network or a version is, with findings and without. What is counted are places: clusters for a network, and for the version
 * of a component a cluster once for each version of it that runs there.
 */
final class Fleet {
    /** A cluster, as far as one of its versions is concerned; of a network, as a whole. */
    private record Place(String cluster, String value) {}

    private final Map<String, FleetMember> members = new HashMap<>();

    /** A fleet of these; of two clusters of one id either will do, RMT-06 is to be mended first. */
    Fleet(Collection<FleetMember> members) {
        members.forEach(member -> this.members.put(member.getClusterId(), member));
    }

    /**
     * How many places have something, and how many of those where it is found.
     *
     * @param places all that there are
     * @param having those of all that have it
     * @param found those with findings
     * @param sharing those with findings that have it
     */
    record Odds(int places, int having, int found, int sharing) {
        double rate() {
            return (double) having / places;
        }

        double chance() {
            return Chance.atLeast(sharing, found, having, places);
        }
    }

    /** Networks that a finding is about: the one that it names, else that of the one cluster that it is about or seen towards. */
    Stream<String> networks(Finding finding) {
        String named = finding.getScope().getNetwork();
        return named != null
                ? Stream.of(named)
                : about(finding).stream().map(this::network).filter(Objects::nonNull);
    }

    /**
     * Odds of a network or a version.
     *
     * @param sharing findings that share it
     * @param alike findings of the same rule and time, these included
     */
    Odds odds(Factor factor, Collection<Finding> sharing, Collection<Finding> alike) {
        Set<Place> with = places(factor.kind(), sharing);
        Set<Place> found = places(factor.kind(), alike);
        // A finding keeps the version that it was opened with, whatever runs there now.
        Set<Place> all = Stream.concat(places(factor.kind()), found.stream()).collect(Collectors.toSet());
        Set<Place> having = new HashSet<>(with);
        all.stream().filter(place -> has(place, factor)).forEach(having::add);
        return new Odds(all.size(), having.size(), found.size(), with.size());
    }

    private boolean has(Place place, Factor factor) {
        return factor.kind() == FactorKind.NETWORK
                ? factor.value().equals(network(place.cluster()))
                : factor.value().equals(place.value());
    }

    private Stream<Place> places(FactorKind kind) {
        return members.values().stream()
                .flatMap(member -> kind == FactorKind.NETWORK
                        ? Stream.of(new Place(member.getClusterId(), ""))
                        : versions(kind, member.getVersions())
                                .map(version -> new Place(member.getClusterId(), version)));
    }

    private static Set<Place> places(FactorKind kind, Collection<Finding> findings) {
        return findings.stream().flatMap(finding -> places(kind, finding)).collect(Collectors.toSet());
    }

    private static Stream<Place> places(FactorKind kind, Finding finding) {
        if (kind == FactorKind.NETWORK) {
            return about(finding).stream().map(cluster -> new Place(cluster, ""));
        }
        return seenFrom(finding).stream()
                .flatMap(cluster -> versions(kind, finding.getVersions()).map(version -> new Place(cluster, version)));
    }

    /** Versions of the component that the factor is about. */
    static Stream<String> versions(FactorKind kind, List<ComponentVersion> versions) {
        String component = kind == FactorKind.PROXY_VERSION ? Running.PROXY : Running.ISTIOD;
        return versions.stream()
                .filter(one -> one.getComponent().equals(component))
                .map(ComponentVersion::getVersion);
    }

    private static List<String> about(Finding finding) {
        Scope scope = finding.getScope();
        if (scope.getPair() != null) {
            return List.of(scope.getPair().getTo());
        }
        return scope.getNetwork() != null || scope.getClusters().size() == 1 ? scope.getClusters() : List.of();
    }

    private static Optional<String> seenFrom(Finding finding) {
        Scope scope = finding.getScope();
        return scope.getPair() != null
                ? Optional.of(scope.getPair().getFrom())
                : scope.getClusters().stream().findFirst();
    }

    private String network(String cluster) {
        FleetMember member = members.get(cluster);
        return member == null ? null : member.getNetwork();
    }
}
