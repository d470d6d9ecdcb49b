package io.meshdiag.processor.detect.vm;

import io.meshdiag.fact.AgentSource;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * VMS-09: the agent of a machine does not run, or its proxy does not work, while Meshdiag's collector on it is alive.
 *
 * <p>A proxy that istiod has never configured is not ready either; that is a matter of its connection (VMS-05) and not told here.
 */
public final class AgentDown implements Detector<ClusterView> {
    /** Admin, outbound, inbound, readiness, metrics. */
    private static final Set<Integer> ENVOYS_PORTS = Set.of(15000, 15001, 15006, 15021, 15090);

    private static final Rule RULE = new Rule(
            "VMS-09",
            "AgentDown",
            1,
            Rule.Level.MACHINE,
            Severity.HIGH,
            "Agent or proxy of a virtual machine is down",
            "systemd's unit istio runs pilot-agent, which runs Envoy. When it is stopped, fails or starts again and again, all redirected traffic of the machine has"
                    + " nowhere to go, istiod removes its WorkloadEntry some seconds later, and its services lose an endpoint.",
            "Read the unit's last error and mend it; then start the unit.",
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Set.of(VmHealth.class, ProxyConfig.class, LogSignals.class),
            List.of(
                    new Rule.Edge(
                            "VMS-02", Rule.JoinOn.MACHINES, "a machine is registered by the connection of its agent"),
                    new Rule.Edge("VMS-05", Rule.JoinOn.MACHINES, "without its agent a machine is not connected")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        return view.rows(VmHealth.class).stream()
                .map(row -> new Own(view, row))
                .flatMap(machine -> judge(machine).stream());
    }

    private static Optional<Verdict> judge(Own machine) {
        VmHealth health = machine.health();
        List<String> doubts = Doubts.about(machine.view().cluster());
        Optional<String> fault = agent(health).or(() -> proxy(machine));
        if (fault.isEmpty() && health.getAgentSource() == AgentSource.UNKNOWN && health.getReadyStatus() == null) {
            doubts.add("virtual machine " + machine.name()
                    + ": neither systemd nor the process table nor the proxy's port answered");
            fault = Optional.of("is not known to run");
        }
        return fault.map(what -> verdict(machine, what, doubts));
    }

    /** What is wrong with the agent, as the end of a sentence. */
    private static Optional<String> agent(VmHealth health) {
        String state = health.getAgentState();
        if (state != null) {
            return switch (state) {
                case "active", "reloading" -> Optional.empty();
                case "activating" ->
                    "auto-restart".equals(health.getAgentSubState())
                            ? Optional.of("starts again and again" + ended(health))
                            : Optional.empty();
                default -> Optional.of("is " + state + ended(health));
            };
        }
        return health.getAgentSource() == AgentSource.NONE
                ? Optional.of("does not run: there is neither a unit istio nor a process pilot-agent")
                : Optional.empty();
    }

    private static String ended(VmHealth health) {
        String result = health.getAgentResult();
        Integer status = health.getAgentExitStatus();
        return result == null ? "" : " (" + result + (status == null ? "" : ", status " + status) + ")";
    }

    /** What is wrong with Envoy, while the agent runs. */
    private static Optional<String> proxy(Own machine) {
        VmHealth health = machine.health();
        if (!Machine.agentRuns(health)) {
            return Optional.empty();
        }
        if (Boolean.FALSE.equals(health.getProxyRunning())) {
            return Optional.of("runs, but has no Envoy");
        }
        if (health.getReadyStatus() == null
                && health.getServerState() == null
                && Doubts.about(machine.view().cluster(), "ready").isEmpty()) {
            return Optional.of("runs, but its Envoy does not answer");
        }
        boolean configured = machine.view().rows(ProxyConfig.class).stream()
                .anyMatch(row ->
                        row.fact().getListenersVersion() != null || row.fact().getActiveListeners() > 0);
        Integer ready = health.getReadyStatus();
        return configured && ready != null && ready != 200
                ? Optional.of("runs, but its proxy is not ready (HTTP " + ready + ")")
                : Optional.empty();
    }

    private static Verdict verdict(Own machine, String what, List<String> doubts) {
        VmHealth health = machine.health();
        VerdictBuilder verdict = machine.verdict(RULE, doubts)
                .title("Virtual machine " + machine.name() + ": the agent " + what)
                .description(
                        "pilot-agent of " + machine.name() + " " + what + ".",
                        taken(health).isEmpty()
                                ? ""
                                : "Something else listens on " + ports(taken(health))
                                        + ": an Envoy that starts cannot, and ends.",
                        health.getAgentRestarts() == null || health.getAgentRestarts() == 0
                                ? ""
                                : "systemd has started it again " + health.getAgentRestarts() + " time(s).",
                        "Its services have one endpoint less, and its own calls fail.")
                .since(Optional.ofNullable(health.getAgentState())
                        .filter(state -> state.equals("active"))
                        .flatMap(state -> Optional.ofNullable(health.getAgentStartedAt())))
                .evidence(
                        machine.row(),
                        "unit istio: " + health.getAgentState() + "/" + health.getAgentSubState() + ", result "
                                + health.getAgentResult() + "; ready " + health.getReadyStatus() + "; Envoy "
                                + health.getServerState()
                                + (health.getListeningPorts() == null
                                        ? ""
                                        : "; listened on: " + ports(health.getListeningPorts())));
        for (Row<LogSignals> log : machine.view().rows(LogSignals.class)) {
            log.fact().getSignals().stream()
                    .filter(signal -> !signal.getSignature().equals("proxy.ready"))
                    .max(Comparator.comparing(LogSignal::getLastAt))
                    .ifPresent(last -> verdict.evidence(log, last.getLastAt() + " " + last.getSample()));
        }
        if (!taken(health).isEmpty()) {
            verdict.step(
                    "See who listens where Envoy has to, and move that program to another port.",
                    machine.on("sudo ss --listening --tcp --numeric --processes | grep --extended-regexp ':("
                            + taken(health).stream().map(String::valueOf).collect(Collectors.joining("|")) + ")\\b'"));
        }
        return verdict.step("See the unit's state and its last lines.", machine.on("sudo systemctl status istio"))
                .step("Read the last errors.", machine.on("sudo tail -30 /var/log/istio/istio.err.log"))
                .step("Start it.", machine.on("sudo systemctl restart istio"))
                .build();
    }

    /** Ports that Envoy needs and does not hold, for it does not run. */
    private static List<Integer> taken(VmHealth health) {
        return Boolean.FALSE.equals(health.getProxyRunning()) && health.getListeningPorts() != null
                ? health.getListeningPorts().stream()
                        .filter(ENVOYS_PORTS::contains)
                        .toList()
                : List.of();
    }

    private static String ports(List<Integer> ports) {
        return ports.isEmpty()
                ? "no port"
                : "port " + ports.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }
}
