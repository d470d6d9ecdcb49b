package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;

/** Machines were off during everything that follows in the list of faults: they hold the certificate and the roots of before. */
record VmRootStale(String cluster, String group, int count) implements MachineFault {
    static Fault read(Fields fields, Instant since) {
        return MachineFault.read(fields, VmRootStale::new);
    }

    @Override
    public void hit(Cluster cluster, Vm vm, Instant now) {
        cluster.trust().leaveBehind(cluster.proxy(vm));
    }
}
