package io.meshdiag.processor.detect.vm;

import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.fact.WorkloadGroup;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * VMS-02: a machine that registers itself has no WorkloadEntry, so that nobody calls it.
 *
 * <p>Not being registered follows from not being connected; that is VMS-05's. This is about machines that istiod listens to, or refuses because of their
 * registration: then it closes the stream, and the machine is not connected either.
 */
public final class VmRegistrationFailed implements Detector<MeshView> {
    /**
     * Numbers that people may change.
     *
     * @param stillFailing how long after a refusal in istiod's log it counts: agents try again every few minutes at least
     */
    public record Thresholds(Duration stillFailing) {
        static final Thresholds DEFAULT = new Thresholds(Duration.ofMinutes(15));
    }

    static final String REFUSED = "istiod.vm.registration-failed";
    /** The same in the agent's log. */
    static final String TURNED_AWAY = "proxy.vm.registration-failed";

    private static final Rule RULE = new Rule(
            "VMS-02",
            "VmRegistrationFailed",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "Virtual machines are not registered",
            "A virtual machine that names a WorkloadGroup gets a WorkloadEntry from istiod when it connects, and only that makes it an endpoint of"
                    + " services. Registration fails when the group is not there, when namespace or service account do not match the machine's, when the"
                    + " entry's name would not be valid, or when istiod may not write it.",
            "Read istiod's reason. Mostly the WorkloadGroup is missing or of another service account.",
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Set.of(VmHealth.class, WorkloadEntry.class, WorkloadGroup.class, LogSignals.class, IstiodInstance.class),
            List.of(new Rule.Edge(
                    "VMS-05",
                    Rule.JoinOn.MACHINES,
                    "istiod closes the connection of a machine that it cannot register")));

    private final Thresholds thresholds;

    public VmRegistrationFailed() {
        this(Thresholds.DEFAULT);
    }

    public VmRegistrationFailed(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    /** A line of an istiod's log about a machine. */
    private record Refusal(Row<LogSignals> row, LogSignal signal) {}

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<Machine> machines = Machines.of(view);
        Map<String, List<Row<WorkloadEntry>>> stray = Machines.strayEntries(view, machines);
        List<Machine> unregistered = machines.stream()
                .filter(machine ->
                        machine.registersItself() && machine.entries().isEmpty())
                .filter(machine -> machine.groupMissing()
                        || refused(view, machine)
                        // An entry under an address that the machine does not know of may be its own.
                        || (machine.seat().istiod().isPresent()
                                && stray.getOrDefault(Machines.group(machine.health()), List.of())
                                        .isEmpty()))
                .toList();
        return Crowd.of(unregistered, machine -> "", VmRegistrationFailed::doubts)
                .map(crowd -> judge(view, crowd));
    }

    private static List<String> doubts(Machine machine) {
        List<String> doubts = new ArrayList<>(machine.doubts());
        machine.home()
                .ifPresentOrElse(
                        home -> doubts.addAll(Doubts.aboutAbsence(home, "custom-resources")),
                        () -> doubts.add("cluster " + machine.clusterId() + ": no collector"));
        return doubts;
    }

    /** What istiods said of the machine lately, or the machine of istiod. */
    private boolean refused(MeshView view, Machine machine) {
        return machine.logged(TURNED_AWAY) || refusal(view, machine).isPresent();
    }

    private Optional<Refusal> refusal(MeshView view, Machine machine) {
        return view.rows(LogSignals.class).stream()
                .flatMap(row -> row.fact().getSignals().stream()
                        .filter(signal -> signal.getSignature().equals(REFUSED))
                        .filter(signal -> signal.getSubject().equals(machine.name()))
                        .filter(signal -> !signal.getLastAt()
                                .plus(thresholds.stillFailing())
                                .isBefore(machine.now()))
                        .map(signal -> new Refusal(row, signal)))
                .findFirst();
    }

    private Verdict judge(MeshView view, Crowd crowd) {
        VmHealth health = crowd.first().health();
        String group = Machines.group(health);
        boolean missing = crowd.machines().stream().allMatch(Machine::groupMissing);
        Optional<Refusal> refusal = crowd.machines().stream()
                .flatMap(machine -> refusal(view, machine).stream())
                .findFirst();
        VerdictBuilder verdict = crowd.verdict(view, RULE)
                .title(crowd.title() + ": no WorkloadEntry in cluster "
                        + crowd.first().clusterId())
                .description(
                        crowd.machines().size() + " machine(s) register with group " + group
                                + " and have no WorkloadEntry: no service sends them anything.",
                        missing ? "There is no WorkloadGroup of that name." : "",
                        refusal.map(one -> "istiod says: " + one.signal().getSample())
                                .orElse(""));
        crowd.machines().stream()
                .limit(5)
                .forEach(machine -> verdict.evidence(
                        machine.row(),
                        machine.name() + " names group " + group + "; "
                                + machine.seat()
                                        .istiod()
                                        .map(at -> "connected to " + at)
                                        .orElse("not connected")));
        refusal.ifPresent(one -> verdict.evidence(
                one.row(),
                one.signal().getCount() + " time(s), last at " + one.signal().getLastAt() + ": "
                        + one.signal().getSample()));
        crowd.first().home().ifPresent(home -> view.rows(IstiodInstance.class, home).stream()
                .filter(row -> row.fact().getAutoRegistrationErrors() != null
                        && row.fact().getAutoRegistrationErrors() > 0)
                .limit(3)
                .forEach(row -> verdict.evidence(
                        row,
                        "failed registrations since istiod " + row.fact().getName() + " started: "
                                + row.fact().getAutoRegistrationErrors())));
        Tools tools = Tools.of(crowd.first());
        return verdict.step(
                        "See whether the WorkloadGroup is there, and of which service account.",
                        tools.kubectl() + " get workloadgroup " + Tools.quote(health.getGroup()) + " --output=yaml")
                .step(
                        "Read why istiod does not register.",
                        tools.istiod() + " logs --selector=app=istiod --tail=-1 --since=1h | grep auto-registration")
                .step(
                        "See whether istiod may write WorkloadEntries.",
                        tools.kubectl()
                                + " auth can-i create workloadentries.networking.istio.io --as=system:serviceaccount:istio-system:istiod")
                .build();
    }
}
