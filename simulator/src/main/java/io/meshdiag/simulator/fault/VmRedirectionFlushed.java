package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** Something wrote the packet filter of machines anew, without Istio's chains. */
record VmRedirectionFlushed(String cluster, String group, int count) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new VmRedirectionFlushed(
                fields.text("cluster"), fields.text("group"), fields.number("count", Machines.ALL, 1, Machines.ALL));
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
        Machines.of(hit, group, count).forEach(vm -> hit.state(vm).flushRedirection());
    }
}
