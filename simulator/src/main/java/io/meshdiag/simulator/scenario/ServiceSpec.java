package io.meshdiag.simulator.scenario;

import java.util.List;

/**
 * One Service with its Deployment.
 *
 * @param clusters ids of the clusters that have it; empty = all
 * @param replicas pods in each of these clusters
 * @param sidecar false = pods without a proxy
 */
public record ServiceSpec(
        String namespace,
        String name,
        List<Integer> ports,
        List<String> clusters,
        int replicas,
        boolean headless,
        boolean sidecar) {

    static ServiceSpec read(Fields fields) {
        return new ServiceSpec(
                fields.text("namespace"),
                fields.text("name"),
                fields.ports("ports", List.of(8080)),
                fields.texts("clusters", List.of()),
                fields.number("replicas", 2, 0, 10_000),
                fields.flag("headless", false),
                fields.flag("sidecar", true));
    }

    /** The same Service with other pods. */
    public ServiceSpec with(boolean sidecars, int pods) {
        return new ServiceSpec(namespace, name, ports, clusters, pods, headless, sidecars);
    }

    /** Whether the cluster has the Service. */
    public boolean isIn(String cluster) {
        return clusters.isEmpty() || clusters.contains(cluster);
    }
}
