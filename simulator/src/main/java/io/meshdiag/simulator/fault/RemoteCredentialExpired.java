package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;

/**
 * The token that others hold for reading a cluster ends: one with an end was put into the remote secrets. Nothing is wrong yet when that lies ahead.
 *
 * @param at end of the token
 */
record RemoteCredentialExpired(String cluster, Instant at) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new RemoteCredentialExpired(fields.text("cluster"), fields.time("at", since));
    }

    @Override
    public void applyTo(Fleet fleet) {
        String id = fleet.cluster(cluster).id();
        for (Cluster observer : WatchErrors.observers(fleet, cluster, List.of())) {
            observer.remoteSecrets().computeIfPresent(id, (key, access) -> access.until(at));
            if (at.isBefore(fleet.settings().time())) {
                WatchErrors.since(at, fleet, observer, id, "Unauthorized");
            }
        }
    }
}
