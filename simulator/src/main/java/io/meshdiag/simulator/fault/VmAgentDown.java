package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The unit istio of machines failed; istiod has cleaned up their WorkloadEntries. */
record VmAgentDown(String cluster, String group, int count) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new VmAgentDown(
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
        Instant now = fleet.settings().time();
        for (Vm vm : Machines.of(hit, group, count)) {
            hit.state(vm).stopAgent();
            hit.state(vm)
                    .log()
                    .add(new LogLine(
                            now.minus(Duration.ofMinutes(30)), "error", "", "failed to start envoy: exit status 1"));
        }
    }
}
