package io.meshdiag.processor.detect.vm;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.fact.WorkloadEntry;
import io.meshdiag.fact.WorkloadGroup;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * VMS-07: a machine takes itself for a part of another network than its WorkloadGroup or its WorkloadEntry says.
 *
 * <p>A network of its own, with no gateway, is how machines are often meant. That the two sides disagree never is. Whether the address lies in the
 * network cannot be told from addresses: private ranges repeat, which is what networks are for.
 */
public final class VmNetworkContradicts implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "VMS-07",
            "VmNetworkContradicts",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "A virtual machine and its registration name different networks",
            "istiod sends calls to a machine directly from its own network, and through a gateway from others; the machine is told addresses by the network that"
                    + " it names itself. When its own setting and its registration differ, one of both ways leads nowhere.",
            "Set one network: ISTIO_META_NETWORK on the machine, and the same in the WorkloadGroup's template.",
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Set.of(VmHealth.class, WorkloadEntry.class, WorkloadGroup.class, LogSignals.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<Machine> machines = Machines.of(view).stream()
                .filter(machine -> !others(machine).isEmpty())
                .toList();
        return Crowd.of(machines, machine -> "", Machine::doubts).map(crowd -> judge(view, crowd));
    }

    /** What others say of its network, where that differs. */
    private static List<Row<?>> others(Machine machine) {
        String own = network(machine);
        return Stream.<Row<?>>concat(
                        machine.groups().stream()
                                .filter(row -> differs(row.fact().getNetwork(), own)),
                        // An entry without a network says nothing; one with a network decides how others call the
                        // machine.
                        machine.entries().stream()
                                .filter(row -> differs(row.fact().getNetwork(), own)))
                .toList();
    }

    private static boolean differs(String theirs, String own) {
        return theirs != null && !theirs.isEmpty() && !theirs.equals(own);
    }

    private static String network(Machine machine) {
        return Objects.toString(machine.health().getNetwork(), "");
    }

    private static String theirs(Row<?> row) {
        return row.fact() instanceof WorkloadGroup group
                ? group.getNetwork()
                : ((WorkloadEntry) row.fact()).getNetwork();
    }

    private static Verdict judge(MeshView view, Crowd crowd) {
        Machine first = crowd.first();
        String own = network(first).isEmpty() ? "no network" : "network " + network(first);
        Row<?> other = others(first).get(0);
        boolean group = other.fact() instanceof WorkloadGroup;
        String where = group ? "WorkloadGroup" : "WorkloadEntry";
        VerdictBuilder verdict = crowd.verdict(view, RULE)
                .title(crowd.title() + ": on " + own + " by its own setting, on " + theirs(other) + " by its " + where)
                .description(
                        first.name() + " names " + own + " itself (ISTIO_META_NETWORK); its " + where + " says "
                                + theirs(other) + ".",
                        "Others reach it by what its registration says, it reaches others by what it says itself.");
        for (Machine machine : crowd.machines()) {
            verdict.evidence(machine.row(), machine.name() + " names " + network(machine));
            others(machine).forEach(row -> verdict.evidence(row, "network " + theirs(row)));
        }
        Tools tools = Tools.of(first);
        return verdict.step(
                        "See what the machine is told.",
                        crowd.on("grep ISTIO_META_NETWORK /var/lib/istio/envoy/cluster.env"))
                .step(
                        "See what the WorkloadGroup says.",
                        tools.kubectl() + " get workloadgroup "
                                + Tools.quote(Objects.toString(first.health().getGroup(), ""))
                                + " --output=jsonpath='{.spec.template.network}'")
                .step(
                        "Make both the same, then restart the agent, which registers anew.",
                        crowd.on("sudo systemctl restart istio"))
                .build();
    }
}
