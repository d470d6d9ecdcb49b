package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;

/** The unit istio of machines failed; istiod has cleaned up their WorkloadEntries. */
record VmAgentDown(String cluster, String group, int count) implements MachineFault {
    static Fault read(Fields fields, Instant since) {
        return MachineFault.read(fields, VmAgentDown::new);
    }

    @Override
    public void hit(Cluster cluster, Vm vm, Instant now) {
        cluster.state(vm).stopAgent();
        cluster.state(vm)
                .log()
                .add(new LogLine(
                        now.minus(Duration.ofMinutes(30)), "error", "", "failed to start envoy: exit status 1"));
    }
}
