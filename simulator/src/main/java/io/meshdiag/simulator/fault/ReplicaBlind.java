package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** One istiod replica of a cluster lost the endpoints of another cluster; the other replicas have them. */
record ReplicaBlind(String cluster, String lost) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new ReplicaBlind(fields.text("cluster"), fields.text("lost"));
    }

    @Override
    public List<String> clusters() {
        return List.of(cluster, lost);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        boolean several = clusters.stream().anyMatch(spec -> spec.id().equals(cluster) && spec.istiods() > 1);
        return several ? List.of() : List.of("no second istiod replica in " + cluster);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Pod istiod = hit.pods(Pod.Role.ISTIOD).get(0);
        hit.distortions().lostEndpoints().put(istiod.name(), Set.of(lost));
    }
}
