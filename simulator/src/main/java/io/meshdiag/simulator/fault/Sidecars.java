package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.util.List;

/** The sidecars of one namespace, which some faults hit in part. */
final class Sidecars {
    private Sidecars() {}

    /** The first of them up to the share, at least one. */
    static List<Proxy> of(Cluster cluster, String namespace, double share) {
        List<Proxy> all = cluster.proxies().stream()
                .filter(proxy -> !proxy.isGateway() && proxy.namespace().equals(namespace))
                .toList();
        return all.subList(0, (int) Math.min(all.size(), Math.max(1, Math.round(all.size() * share))));
    }

    static List<String> problems(String cluster, String namespace, List<ServiceSpec> services) {
        boolean some = services.stream()
                .anyMatch(service -> service.namespace().equals(namespace)
                        && service.isIn(cluster)
                        && service.sidecar()
                        && service.replicas() > 0);
        return some ? List.of() : List.of("no sidecar in namespace '" + namespace + "' of " + cluster);
    }
}
