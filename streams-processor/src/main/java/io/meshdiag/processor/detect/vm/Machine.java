package io.meshdiag.processor.detect.vm;

import io.meshdiag.fact.AgentSource;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.fact.WorkloadGroup;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.view.ScopeView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A virtual machine as it sees itself, and as the mesh sees it.
 *
 * @param summary of its own scope
 * @param row its VmHealth
 * @param now the time up to which it was seen
 * @param home the cluster that it says it belongs to; empty when no collector speaks for that
 * @param seat whether an istiod serves it
 * @param groups the WorkloadGroup that it names, in every cluster that may register it
 * @param entries WorkloadEntries of its group under one of its addresses, in any cluster
 */
record Machine(
        ClusterSummary summary,
        Row<VmHealth> row,
        Instant now,
        Optional<ClusterSummary> home,
        Seat seat,
        List<Row<WorkloadGroup>> groups,
        List<Row<WorkloadEntry>> entries) {
    private static final Set<String> RUNNING = Set.of("active", "reloading");
    private static final List<String> XDS_FAILURES = List.of(
            "proxy.xds.connect.",
            "proxy.xds.terminated.",
            "proxy.xds.no-",
            "proxy.xds.stream-closed",
            "proxy.csr.",
            "proxy.vm.registration-failed",
            "proxy.token.");

    VmHealth health() {
        return row.fact();
    }

    /** As istiod lists it: host.namespace. */
    String name() {
        return summary.getVm();
    }

    String clusterId() {
        return summary.getClusterId();
    }

    /** What stands against believing it. */
    List<String> doubts() {
        return Doubts.about(summary);
    }

    boolean agentRuns() {
        return agentRuns(health());
    }

    /** Whether pilot-agent runs, as far as anybody could say. */
    static boolean agentRuns(VmHealth health) {
        return health.getAgentState() == null
                ? health.getAgentSource() == AgentSource.PROCESS
                : RUNNING.contains(health.getAgentState());
    }

    /** Whether Envoy gives any sign of life. */
    boolean proxyAnswers() {
        VmHealth health = health();
        return !Boolean.FALSE.equals(health.getProxyRunning())
                && (health.getReadyStatus() != null || health.getServerState() != null);
    }

    /** Whether it says itself that it does not get through to istiod. */
    boolean complains() {
        Integer ready = health().getReadyStatus();
        return (ready != null && ready != 200)
                || summary.getVmSignals().stream().anyMatch(Machine::isFailure);
    }

    /** Whether a signature is of a line that says that the agent does not get through. */
    static boolean isFailure(String signature) {
        return XDS_FAILURES.stream().anyMatch(signature::startsWith);
    }

    boolean logged(String signature) {
        return summary.getVmSignals().contains(signature);
    }

    boolean registersItself() {
        return health().getGroup() != null;
    }

    /** Names a WorkloadGroup that no cluster has of those whose istiods may serve it. */
    boolean groupMissing() {
        return registersItself() && groups.isEmpty();
    }

    Credentials credentials() {
        return Credentials.of(this);
    }

    /** An archive is one look: time does not pass in it. */
    static Instant now(ScopeView view, ClusterSummary machine) {
        return machine.getMode() == CollectorMode.ARCHIVE ? machine.getAsOf() : view.asOf();
    }

    boolean seenOnce() {
        return summary.getMode() == CollectorMode.ARCHIVE;
    }
}
