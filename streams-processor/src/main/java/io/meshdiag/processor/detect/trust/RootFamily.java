package io.meshdiag.processor.detect.trust;

import io.meshdiag.fact.CertificateInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Roots that are on their way from one to another: each is trusted or used for signing beside another one in some cluster.
 *
 * @param roots by key, at least two
 * @param sides clusters that trust or sign with one of them
 */
record RootFamily(Map<String, CertificateInfo> roots, List<TrustSide> sides) {

    /** A root that signs, and a cluster where not all holders trust it. */
    record Hole(String key, TrustSide client) {
        boolean whole() {
            return client.holders(key) == 0;
        }
    }

    static List<RootFamily> in(List<TrustSide> sides) {
        Map<String, CertificateInfo> roots = new TreeMap<>();
        List<Set<String>> families = new ArrayList<>();
        for (TrustSide side : sides) {
            side.trustedByKey().forEach(roots::putIfAbsent);
            Set<String> merged = keys(side);
            if (!merged.isEmpty()) {
                families.removeIf(known -> {
                    boolean meets = known.stream().anyMatch(merged::contains);
                    if (meets) {
                        merged.addAll(known);
                    }
                    return meets;
                });
                families.add(merged);
            }
        }
        return families.stream()
                .map(keys -> of(keys, roots, sides))
                .filter(family -> family.roots.size() > 1)
                .toList();
    }

    private static RootFamily of(Set<String> keys, Map<String, CertificateInfo> roots, List<TrustSide> sides) {
        Map<String, CertificateInfo> known = new TreeMap<>();
        keys.stream().filter(roots::containsKey).forEach(key -> known.put(key, roots.get(key)));
        return new RootFamily(
                known,
                sides.stream()
                        .filter(side -> keys(side).stream().anyMatch(keys::contains))
                        .toList());
    }

    private static Set<String> keys(TrustSide side) {
        Set<String> keys = new HashSet<>(side.trustedByKey().keySet());
        keys.addAll(side.leavesByKey().keySet());
        return keys;
    }

    /** Only these clusters; the roots stay. */
    RootFamily only(List<TrustSide> some) {
        return new RootFamily(roots, sides.stream().filter(some::contains).toList());
    }

    /** The oldest first: the one to be dropped. */
    List<String> byAge() {
        return roots.entrySet().stream()
                .sorted(Comparator.comparing(
                                (Map.Entry<String, CertificateInfo> e) ->
                                        e.getValue().getNotBefore(),
                                Comparator.nullsLast(Comparator.naturalOrder()))
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Certificates seen to descend from the root. */
    int leaves(String key) {
        return sides.stream()
                .mapToInt(side -> side.leavesByKey().getOrDefault(key, 0))
                .sum();
    }

    /** Whether one cluster has certificates of several roots at the same time. */
    boolean mixed() {
        return sides.stream()
                .anyMatch(side -> side.leavesByKey().keySet().stream()
                                .filter(roots::containsKey)
                                .count()
                        > 1);
    }

    /** Whether every cluster has certificates of the newest root alone while an older one is still trusted: that has done its duty. */
    boolean complete() {
        List<String> byAge = byAge();
        String oldest = byAge.get(0);
        String newest = byAge.get(byAge.size() - 1);
        Instant before = roots.get(oldest).getNotBefore();
        Instant after = roots.get(newest).getNotBefore();
        return before != null
                && after != null
                && before.isBefore(after)
                && sides.stream().allMatch(side -> side.leavesByKey().keySet().equals(Set.of(newest)))
                && sides.stream().anyMatch(side -> side.holders(oldest) > 0);
    }

    /** Where certificates in use are refused by some or by all. */
    List<Hole> holes() {
        return roots.keySet().stream()
                .filter(key -> leaves(key) > 0)
                .flatMap(key -> sides.stream()
                        .filter(side -> side.holders(key) < side.cluster.getTrustHolders())
                        .map(side -> new Hole(key, side)))
                .sorted(Comparator.comparing((Hole hole) -> !hole.whole())
                        .thenComparing(hole -> hole.client().cluster.getClusterId())
                        .thenComparing(Hole::key))
                .toList();
    }

    /** Whether some cluster refuses all certificates of another one. */
    boolean disjoint() {
        return sides.stream()
                .anyMatch(client -> sides.stream().anyMatch(server -> server != client && !client.accepts(server)));
    }
}
