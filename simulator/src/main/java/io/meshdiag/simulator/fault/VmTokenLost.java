package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.fleet.VmState;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;

/** Machines booted after two days without power, and /var/run with their tokens was empty then. */
record VmTokenLost(String cluster, String group, int count) implements MachineFault {
    static Fault read(Fields fields, Instant since) {
        return MachineFault.read(fields, VmTokenLost::new);
    }

    @Override
    public void hit(Cluster cluster, Vm vm, Instant now) {
        VmState state = cluster.state(vm);
        cluster.trust().age(cluster.proxy(vm), Duration.ofDays(2));
        state.boot(Duration.ofMinutes(20));
        state.loseToken();
        state.neverConfigured();
        Machines.says(
                cluster,
                vm,
                now,
                "error",
                "sds",
                "failed to fetch token from file: open ./var/run/secrets/tokens/istio-token: no such file or directory");
    }
}
