package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** The service account that machines were set up with is not the WorkloadGroup's: istiod turns them away. */
record VmRegistrationRefused(String cluster, String group, int count) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new VmRegistrationRefused(
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
            hit.state(vm).refuse(14);
            String why = "auto-registration WorkloadEntry of " + vm.id() + " failed: workload group service account \""
                    + group + "-new\" does not match proxy service account \"" + group + "\"";
            Registrations.refused(hit, vm, now, why);
        }
    }
}
