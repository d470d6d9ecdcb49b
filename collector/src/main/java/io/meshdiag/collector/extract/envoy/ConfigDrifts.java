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
        List<DriftedResource> drifted = new ArrayList<>();
        for (String type : TYPES) {
            if (theirs.has(type) && envoys.has(type)) {
                compare(type, theirs, envoys, drifted);
            }
        }
        return drifted.isEmpty()
                ? Optional.empty()
                : Optional.of(Digests.stamp(ConfigDrift.newBuilder()
                        .setHeader(origin.header())
                        .setNamespace(proxy.namespace())
                        .setName(proxy.name())
                        .setIstiod(istiod)
                        .setResources(List.copyOf(drifted.subList(0, Math.min(MAX, drifted.size()))))
                        .setResourcesCount(drifted.size())
                        .build()));
    }

    private static void compare(
            String type, ResourceDigests theirs, ResourceDigests envoys, List<DriftedResource> drifted) {
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
    }
}
