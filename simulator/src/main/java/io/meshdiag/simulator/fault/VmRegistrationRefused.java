package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;

/** The service account that machines were set up with is not the WorkloadGroup's: istiod turns them away. */
record VmRegistrationRefused(String cluster, String group, int count) implements MachineFault {
    static Fault read(Fields fields, Instant since) {
        return MachineFault.read(fields, VmRegistrationRefused::new);
    }

    @Override
    public void hit(Cluster cluster, Vm vm, Instant now) {
        cluster.state(vm).refuse(14);
        String why = "auto-registration WorkloadEntry of " + vm.id() + " failed: workload group service account \""
                + group + "-new\" does not match proxy service account \"" + group + "\"";
        Registrations.refused(cluster, vm, now, why);
    }
}
