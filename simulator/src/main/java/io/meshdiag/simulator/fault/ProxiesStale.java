package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;

/** A push of endpoints went out, and a share of a namespace's sidecars never answered: stale without an error. */
record ProxiesStale(String cluster, String namespace, double share, Instant at) implements SidecarFault {
    static Fault read(Fields fields, Instant since) {
        return new ProxiesStale(
                fields.text("cluster"), fields.text("namespace"), fields.share("share", 1), fields.time("at", since));
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Sidecars.of(hit, namespace, share).forEach(proxy -> hit.unanswered().put(proxy.id(), at));
    }
}
