package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.envoy.ResourceDigests.Digest;
import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.DriftSide;
import io.meshdiag.fact.DriftedResource;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** What istiod would send to a proxy against what its Envoy has. */
public final class ConfigDrifts {
    private static final int MAX = 50;
    private static final List<String> TYPES = List.of("CDS", "EDS", "LDS", "RDS");

    private ConfigDrifts() {}

    /**
     * Compares two whole dumps, type by type where both have that type. Empty when they are equal.
     *
     * @param istiod pod of the replica that the proxy is connected to
     */
    public static Optional<ConfigDrift> compare(
            Origin origin, ProxyName proxy, String istiod, ResourceDigests theirs, ResourceDigests envoys) {
        List<List<DriftedResource>> byType = TYPES.stream()
                .filter(type -> theirs.has(type) && envoys.has(type))
                .map(type -> compare(type, theirs, envoys))
                .toList();
        int count = byType.stream().mapToInt(List::size).sum();
        return count == 0
                ? Optional.empty()
                : Optional.of(Digests.stamp(ConfigDrift.newBuilder()
                        .setHeader(origin.header())
                        .setNamespace(proxy.namespace())
                        .setName(proxy.name())
                        .setIstiod(istiod)
                        .setResources(some(byType))
                        .setResourcesCount(count)
                        .build()));
    }

    /** At most {@link #MAX}, of each type about as many: clusters by the hundred would hide the one listener. */
    private static List<DriftedResource> some(List<List<DriftedResource>> byType) {
        int each = 0;
        while (shown(byType, each + 1) <= MAX && shown(byType, each + 1) > shown(byType, each)) {
            each++;
        }
        List<DriftedResource> some = new ArrayList<>();
        int spare = MAX - shown(byType, each);
        for (List<DriftedResource> type : byType) {
            int take = Math.min(type.size(), each);
            if (take < type.size() && spare > 0) {
                take++;
                spare--;
            }
            some.addAll(type.subList(0, take));
        }
        return some;
    }

    private static int shown(List<List<DriftedResource>> byType, int each) {
        return byType.stream().mapToInt(type -> Math.min(type.size(), each)).sum();
    }

    private static List<DriftedResource> compare(String type, ResourceDigests theirs, ResourceDigests envoys) {
        List<DriftedResource> drifted = new ArrayList<>();
        Map<String, Digest> istiod = theirs.of(type);
        Map<String, Digest> envoy = envoys.of(type);
        TreeSet<String> names = new TreeSet<>(istiod.keySet());
        envoy.keySet().stream()
                .filter(name -> !type.equals("EDS") || envoys.asksFor(name))
                .forEach(names::add);
        for (String name : names) {
            Digest sent = istiod.get(name);
            Digest had = envoy.get(name);
            if (sent == null || had == null || sent.hash() != had.hash()) {
                drifted.add(new DriftedResource(
                        type,
                        Printable.shorten(name, 500),
                        sent == null
                                ? DriftSide.ONLY_ENVOY
                                : had == null ? DriftSide.ONLY_ISTIOD : DriftSide.DIFFERENT_VERSION,
                        sent == null ? null : sent.text(),
                        had == null ? null : had.text()));
            }
        }
        return drifted;
    }
}
