package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.fleet.VmResources;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** istiod ended before it could remove the entry of a machine that had left, and the machine came back under another name. */
record WorkloadEntryLeft(String cluster, String group, int count) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new WorkloadEntryLeft(
                fields.text("cluster"), fields.text("group"), fields.number("count", 1, 1, Machines.ALL));
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
        Instant left = fleet.settings().time().minus(Duration.ofHours(5));
        for (Vm vm : Machines.of(hit, group, count)) {
            hit.customResources()
                    .add(VmResources.entry(
                            vm,
                            "old-" + vm.workloadEntry(),
                            Map.of(
                                    "istio.io/autoRegistrationGroup",
                                    group,
                                    "istio.io/disconnectedAt",
                                    left.toString(),
                                    "istio.io/workloadController",
                                    "istiod-5d8f7c6b9-gone1"),
                            left.minus(Duration.ofDays(3))));
        }
    }
}
