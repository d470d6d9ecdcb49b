package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;

/** Something wrote the packet filter of machines anew, without Istio's chains. */
record VmRedirectionFlushed(String cluster, String group, int count) implements MachineFault {
    static Fault read(Fields fields, Instant since) {
        return MachineFault.read(fields, VmRedirectionFlushed::new);
    }

    @Override
    public void hit(Cluster cluster, Vm vm, Instant now) {
        cluster.state(vm).flushRedirection();
    }
}
