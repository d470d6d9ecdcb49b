package io.meshdiag.simulator.fleet;

import java.util.List;
import java.util.Map;

/**
 * A Service as one cluster has it.
 *
 * @param app label app of its pods; empty = no selector
 * @param loadBalancerIp empty = not of type LoadBalancer
 */
public record Service(
        String namespace,
        String name,
        String clusterIp,
        boolean headless,
        List<Port> ports,
        String app,
        Map<String, String> labels,
        String loadBalancerIp) {

    public String hostname() {
        return name + "." + namespace + ".svc.cluster.local";
    }

    public String type() {
        return loadBalancerIp.isEmpty() ? "ClusterIP" : "LoadBalancer";
    }
}
