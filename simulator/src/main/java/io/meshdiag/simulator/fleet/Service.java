package io.meshdiag.simulator.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Service as one cluster has it.
 *
 * @param app label app of its pods; empty = no selector
 * @param loadBalancerIp empty = not of type LoadBalancer; {@link #PENDING} = of that type without an address
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
    /** As kubectl shows a load balancer that nobody provides. */
    public static final String PENDING = "<pending>";

    public String hostname() {
        return name + "." + namespace + ".svc.cluster.local";
    }

    /** Where it is reached from outside of the cluster. */
    public Optional<String> externalAddress() {
        return Optional.of(loadBalancerIp).filter(ip -> !ip.isEmpty() && !ip.equals(PENDING));
    }

    /** The same with another address from outside. */
    public Service withLoadBalancerIp(String ip) {
        return new Service(namespace, name, clusterIp, headless, ports, app, labels, ip);
    }

    /** The same with other labels. */
    public Service withLabels(Map<String, String> others) {
        return new Service(namespace, name, clusterIp, headless, ports, app, others, loadBalancerIp);
    }

    /** The same with other ports. */
    public Service withPorts(List<Port> others) {
        return new Service(namespace, name, clusterIp, headless, others, app, labels, loadBalancerIp);
    }

    public String type() {
        return loadBalancerIp.isEmpty() ? "ClusterIP" : "LoadBalancer";
    }
}
