package io.meshdiag.processor.scope;

import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the mesh hears of a virtual machine besides its VmHealth. */
final class MachineRollup {
    /** An agent that fails tries again every few minutes at least. */
    private static final Duration RECENT = Duration.ofMinutes(15);

    private MachineRollup() {}

    /** The summary of a scope that is a machine's, with what its facts add up to. */
    static ClusterSummary of(ClusterSummary summary, String vm, List<Row<?>> facts) {
        Instant horizon = summary.getAsOf().minus(RECENT);
        ClusterSummary.Builder machine = ClusterSummary.newBuilder(summary)
                .setVm(vm)
                .setVmSignals(ClusterState.of(LogSignals.class, facts).stream()
                        .flatMap(log -> log.getSignals().stream())
                        .filter(signal -> !signal.getLastAt().isBefore(horizon))
                        .map(LogSignal::getSignature)
                        .distinct()
                        .sorted()
                        .toList());
        ClusterState.of(VmHealth.class, facts).stream()
                .findFirst()
                .ifPresent(health -> machine.setNetwork(health.getNetwork()).setTrustDomain(health.getTrustDomain()));
        return machine.build();
    }
}
