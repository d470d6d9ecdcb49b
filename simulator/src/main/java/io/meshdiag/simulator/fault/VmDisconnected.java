package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;

/** Machines do not get through to istiod any more, and go on with the configuration that they had. */
record VmDisconnected(String cluster, String group, int count) implements MachineFault {
    static Fault read(Fields fields, Instant since) {
        return MachineFault.read(fields, VmDisconnected::new);
    }

    @Override
    public void hit(Cluster cluster, Vm vm, Instant now) {
        cluster.state(vm).leave();
        Machines.says(
                cluster,
                vm,
                now,
                "warn",
                "xdsproxy",
                "failed to connect to upstream istiod.istio-system.svc:15012: context deadline exceeded");
    }
}
