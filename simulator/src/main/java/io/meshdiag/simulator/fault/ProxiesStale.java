package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** A push of endpoints went out, and a share of a namespace's sidecars never answered: stale without an error. */
record ProxiesStale(String cluster, String namespace, double share, Instant at) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new ProxiesStale(
                fields.text("cluster"), fields.text("namespace"), fields.share("share", 1), fields.time("at", since));
    }

    @Override
    public List<String> clusters() {
        return List.of(cluster);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return Sidecars.problems(cluster, namespace, services);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Sidecars.of(hit, namespace, share).forEach(proxy -> hit.unanswered().put(proxy.id(), at));
    }
}
