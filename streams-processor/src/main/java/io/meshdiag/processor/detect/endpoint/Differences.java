package io.meshdiag.processor.detect.endpoint;

import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.ServiceRegistry;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.endpoint.ReplicasDisagree.Thresholds;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Clusters about which replicas of one istiod differ.
 *
 * @param endpoints by their pages of endpoints, sorted
 * @param services by their pages of services, sorted
 */
record Differences(List<String> endpoints, List<String> services) {
    /** Longer than one replica may take for what another has already seen. */
    private static final Duration ALL_KNOW_AFTER = Duration.ofMinutes(2);

    static Differences of(List<IstiodReplica> replicas, Thresholds thresholds) {
        List<IstiodReplica> shown =
                replicas.stream().filter(IstiodReplica::hasShards).toList();
        List<ServiceRegistry> registries = replicas.stream()
                .flatMap(replica -> replica.registry().stream())
                .toList();
        return new Differences(
                sources(replicas)
                        .filter(source -> apart(source, shown, thresholds)
                                || replaced(source, shown).isPresent())
                        .toList(),
                sources(replicas)
                        .filter(source -> Registries.differ(source, registries, thresholds))
                        .toList());
    }

    private static Stream<String> sources(List<IstiodReplica> replicas) {
        return replicas.stream()
                .flatMap(replica -> replica.sources().stream())
                .distinct()
                .sorted();
    }

    private static boolean apart(String source, List<IstiodReplica> replicas, Thresholds thresholds) {
        int most = replicas.stream().mapToInt(r -> r.endpoints(source)).max().orElse(0);
        int least = replicas.stream().mapToInt(r -> r.endpoints(source)).min().orElse(0);
        return thresholds.passed(most, least);
    }

    /** A service of which some replica has as many addresses there as the first one, and not the same. */
    static Optional<String> replaced(String source, List<IstiodReplica> replicas) {
        return replicas.stream()
                .skip(1)
                .flatMap(IstiodReplica::shards)
                .filter(service -> replicas.get(0)
                        .shards(service.getHostname())
                        .filter(known -> others(source, known, service))
                        .isPresent())
                .map(EndpointShards::getHostname)
                .findFirst();
    }

    private static boolean others(String source, EndpointShards left, EndpointShards right) {
        return Shards.heldBefore(left.getHeader(), right.getHeader(), ALL_KNOW_AFTER)
                && Shards.heldBefore(right.getHeader(), left.getHeader(), ALL_KNOW_AFTER)
                && Shards.of(left, source)
                        .filter(one -> Shards.of(right, source)
                                .filter(other -> Shards.swapped(one, other))
                                .isPresent())
                        .isPresent();
    }

    /** All of them, sorted. */
    List<String> sources() {
        return Stream.of(endpoints, services)
                .flatMap(List::stream)
                .distinct()
                .sorted()
                .toList();
    }

    /** True when both pages say so of one cluster: then each bears the other out. */
    boolean confirmed() {
        return services.stream().anyMatch(endpoints::contains);
    }

    /** What stands against the conclusion: what both pages say also stands when one of them could not be read this time. */
    List<String> doubts(ClusterSummary cluster) {
        List<String> aboutEndpoints = Doubts.about(cluster, "endpointShardz");
        List<String> aboutServices = Doubts.about(cluster, "registryz");
        if (confirmed()) {
            return aboutEndpoints.size() <= aboutServices.size() ? aboutEndpoints : aboutServices;
        }
        return endpoints.isEmpty() ? aboutServices : aboutEndpoints;
    }

    /** The replicas whose page was read: one that shows nothing at all knows no less than the others, it was not asked. */
    List<IstiodReplica> compared(List<IstiodReplica> replicas) {
        return replicas.stream()
                .filter(replica -> endpoints.isEmpty() ? replica.registry().isPresent() : replica.hasShards())
                .toList();
    }

    /** How far a replica is from the middle one of all, over all clusters. */
    int distance(IstiodReplica replica, List<IstiodReplica> replicas) {
        return sources().stream()
                .mapToInt(source -> {
                    int[] sorted = replicas.stream()
                            .mapToInt(r -> known(r, source))
                            .sorted()
                            .toArray();
                    return Math.abs(known(replica, source) - sorted[sorted.length / 2]);
                })
                .sum();
    }

    /** What a replica knows of all these clusters together. */
    int total(IstiodReplica replica) {
        return sources().stream().mapToInt(source -> known(replica, source)).sum();
    }

    private int known(IstiodReplica replica, String source) {
        return endpoints.isEmpty() ? replica.services(source) : replica.endpoints(source);
    }
}
