package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** Somebody deleted a WorkloadGroup: Kubernetes deleted the entries that it owned, and istiod turns its machines away. */
record WorkloadGroupRemoved(String cluster, String group) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new WorkloadGroupRemoved(fields.text("cluster"), fields.text("group"));
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
        for (Vm vm : Machines.of(hit, group, Machines.ALL)) {
            String name = vm.namespace() + "/" + group;
            hit.removedGroups().add(name);
            hit.state(vm).refuse(14);
            Registrations.refused(
                    hit,
                    vm,
                    now,
                    "auto-registration WorkloadEntry of " + vm.id() + " failed: cannot find WorkloadGroup " + name);
        }
    }
}
