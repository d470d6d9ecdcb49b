package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.RemoteAccess;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;

/**
 * A cluster was installed with an id that another one has, or with Istio's default id "Kubernetes".
 *
 * <p>Its remote secrets are named after that id. Where a secret of that name was there already it stays, so that nobody but the cluster with the name
 * is known by it.
 */
record ClusterIdTaken(String cluster, String id) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new ClusterIdTaken(fields.text("cluster"), fields.text("id"));
    }

    @Override
    public List<String> names() {
        return List.of(id);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster renamed = fleet.cluster(cluster);
        String before = renamed.id();
        renamed.call(id);
        for (Cluster observer : fleet.clusters().values()) {
            RemoteAccess access = observer.remoteSecrets().remove(before);
            if (access != null) {
                observer.remoteSecrets().putIfAbsent(id, access);
            }
        }
    }
}
