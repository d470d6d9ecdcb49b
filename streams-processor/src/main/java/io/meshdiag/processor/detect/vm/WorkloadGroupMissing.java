package io.meshdiag.processor.detect.vm;

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
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * VMS-04: machines register with a WorkloadGroup that is not there.
 *
 * <p>Levels show no deletion, and need not: an entry belongs to its group, so that Kubernetes removes all of them with it, and a machine that names a
 * group which no cluster has cannot register again.
 */
public final class WorkloadGroupMissing implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "VMS-04",
            "WorkloadGroupMissing",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "A WorkloadGroup that virtual machines register with is not there",
            "istiod makes the WorkloadEntry of a virtual machine from its WorkloadGroup, which owns it. When the group is deleted, Kubernetes deletes all"
                    + " entries that it owns: every machine of the group is taken out of its services at once, and at its next connection, half an hour later"
                    + " at most, istiod turns it away.",
            "Put the WorkloadGroup back; the machines register again by themselves when they connect.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(VmHealth.class, WorkloadEntry.class, WorkloadGroup.class, LogSignals.class),
            List.of(new Rule.Edge(
                    "VMS-02", Rule.JoinOn.MACHINES, "without its WorkloadGroup a machine cannot be registered")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<Machine> machines =
                Machines.of(view).stream().filter(Machine::groupMissing).toList();
        return Crowd.of(machines, machine -> "", machine -> doubts(view, machine))
                .map(crowd -> judge(view, crowd));
    }

    private static List<String> doubts(MeshView view, Machine machine) {
        List<String> doubts = new ArrayList<>(machine.doubts());
        if (machine.home().isEmpty()) {
            doubts.add("cluster " + machine.clusterId() + ": no collector");
        }
        for (ClusterSummary server : Seat.servers(view, machine.clusterId())) {
            doubts.addAll(Doubts.aboutAbsence(server, "custom-resources"));
        }
        return doubts;
    }

    private static Verdict judge(MeshView view, Crowd crowd) {
        VmHealth health = crowd.first().health();
        String group = Machines.group(health);
        String cluster = crowd.first().clusterId();
        long connected = crowd.machines().stream()
                .filter(machine -> machine.seat().istiod().isPresent())
                .count();
        VerdictBuilder verdict = crowd.verdict(view, RULE)
                .title("WorkloadGroup " + group + " is not in cluster " + cluster + ", and "
                        + crowd.machines().size() + " virtual machine(s) register with it")
                .description(
                        crowd.machines().size() + " machine(s) name WorkloadGroup " + group + ", which " + cluster
                                + " does not have.",
                        "With the group, Kubernetes deletes the WorkloadEntries of its machines: no service knows them any more.",
                        connected > 0
                                ? connected
                                        + " of them are still connected; istiod turns them away at their next connection."
                                : "")
                .subject(
                        "WorkloadGroup",
                        health.getNamespace(),
                        health.getGroup(),
                        crowd.first().summary());
        crowd.machines().stream()
                .limit(5)
                .forEach(machine -> verdict.evidence(machine.row(), machine.name() + " names group " + group));
        Tools tools = Tools.of(crowd.first());
        String account = health.getServiceAccount() == null ? "default" : health.getServiceAccount();
        return verdict.step(
                        "See that it is not there, and whether there is one under another name.",
                        tools.kubectl() + " get workloadgroups")
                .step(
                        "Put it back from where you keep it. Where that is lost, begin anew.",
                        "istioctl experimental workload group create --name=" + Tools.quote(health.getGroup())
                                + " --namespace=" + Tools.quote(health.getNamespace()) + " --serviceAccount="
                                + Tools.quote(account) + " | " + tools.kubectl() + " apply --filename=-")
                .step("Make the machine connect again now.", crowd.on("sudo systemctl restart istio"))
                .build();
    }
}
