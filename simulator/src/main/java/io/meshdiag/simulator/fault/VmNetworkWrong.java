package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** Machines were set up with another network than their WorkloadGroup's. */
record VmNetworkWrong(String cluster, String group, String network) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new VmNetworkWrong(fields.text("cluster"), fields.text("group"), fields.text("network"));
    }

    @Override
    public List<String> clusters() {
        return List.of(cluster);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return Machines.problems(clusters, cluster, group);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Machines.of(hit, group, Machines.ALL).forEach(vm -> hit.state(vm).network(network));
    }
}
