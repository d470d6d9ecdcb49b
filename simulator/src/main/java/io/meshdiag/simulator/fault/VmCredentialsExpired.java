package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.fleet.VmState;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;

/** Machines were switched off for nine days: their certificates, good for a day, and their tokens, good for an hour, have ended. */
record VmCredentialsExpired(String cluster, String group, int count) implements MachineFault {
    private static final String REFUSED = "failed to warm certificate: failed to generate workload certificate: create"
            + " certificate: rpc error: code = Unauthenticated desc = authentication failure";

    static Fault read(Fields fields, Instant since) {
        return MachineFault.read(fields, VmCredentialsExpired::new);
    }

    @Override
    public void hit(Cluster cluster, Vm vm, Instant now) {
        VmState state = cluster.state(vm);
        cluster.trust().age(cluster.proxy(vm), Duration.ofDays(9));
        state.boot(Duration.ofMinutes(20));
        state.neverConfigured();
        Machines.says(cluster, vm, now, "error", "cache", "resource:default " + REFUSED);
    }
}
