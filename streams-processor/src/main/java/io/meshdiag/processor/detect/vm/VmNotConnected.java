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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * VMS-05, which is XDS-02 of machines: the agent runs, and no istiod lists the machine.
 *
 * <p>A machine may be served by any istiod that knows its cluster, so all replicas of all of them must have been read; else it is unknown. In an archive
 * the machine and the istiods were looked at at different times, so that the machine itself must say too that it does not get through.
 */
public final class VmNotConnected implements Detector<MeshView> {
    private static final String CREDENTIALS = "credentials";
    private static final String REGISTRATION = "registration";

    private static final Rule RULE = new Rule(
            "VMS-05",
            "VmNotConnected",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "Virtual machines run their agent and are connected to no istiod",
            "Without its connection to istiod a machine works with the configuration that it had: it calls endpoints that are gone, and after a day it has no"
                    + " certificate any more. One that started without it never becomes ready, and is no endpoint of its services.",
            "See what the agent says about its connection: name resolution of istiod (often a line of /etc/hosts), port 15012 of the gateway that leads to it,"
                    + " its certificate.",
            // A proxy moves to another replica every half hour, and may be missing between two looks.
            Duration.ofMinutes(3),
            Duration.ofMinutes(1),
            Set.of(VmHealth.class, WorkloadEntry.class, WorkloadGroup.class, LogSignals.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<Machine> machines =
                Machines.of(view).stream().filter(VmNotConnected::concerned).toList();
        return Crowd.of(machines, VmNotConnected::reason, VmNotConnected::doubts)
                .map(crowd -> judge(view, crowd));
    }

    private static boolean concerned(Machine machine) {
        return machine.agentRuns()
                && machine.proxyAnswers()
                && machine.seat().istiod().isEmpty()
                && (!machine.seenOnce() || machine.complains());
    }

    /** What explains some of the machines must explain all of a finding. */
    private static String reason(Machine machine) {
        if (machine.credentials().over()) {
            String lost = VmCredentialsExpired.reason(machine);
            return lost.isEmpty() ? CREDENTIALS : lost;
        }
        return machine.groupMissing() || machine.logged(VmRegistrationFailed.TURNED_AWAY) ? REGISTRATION : "";
    }

    private static List<String> doubts(Machine machine) {
        List<String> doubts = new ArrayList<>(machine.doubts());
        doubts.addAll(machine.seat().doubts());
        return doubts;
    }

    private static Verdict judge(MeshView view, Crowd crowd) {
        Machine first = crowd.first();
        VmHealth health = first.health();
        String address = health.getDiscoveryAddress();
        List<String> says = crowd.machines().stream()
                .flatMap(machine -> machine.summary().getVmSignals().stream())
                .filter(Machine::isFailure)
                .distinct()
                .sorted()
                .limit(5)
                .toList();
        VerdictBuilder verdict = crowd.verdict(view, RULE)
                .title(crowd.title() + ": connected to no istiod")
                .description(
                        crowd.machines().size() + " machine(s) of cluster " + first.clusterId()
                                + " run their agent, and no replica of any istiod that serves them lists them.",
                        address == null ? "" : "They ask at " + address + ".",
                        says.isEmpty()
                                ? "Their logs do not say why."
                                : "Their logs show: " + String.join(", ", says) + ".");
        crowd.machines().stream().limit(8).forEach(machine -> verdict.evidence(machine.row(), text(machine)));
        String host = address == null ? "istiod.istio-system.svc" : address.replaceFirst(":\\d+$", "");
        return verdict.step(
                        "See what the agent says about its connection.",
                        crowd.on(
                                "sudo grep --extended-regexp 'xdsproxy|cacheclient|sds' /var/log/istio/istio.log /var/log/istio/istio.err.log | tail -20"))
                .step("See whether the name of istiod leads anywhere.", crowd.on("getent hosts " + Tools.quote(host)))
                .step(
                        "See whether port 15012 answers, and with which certificate.",
                        crowd.on("openssl s_client -connect " + Tools.quote(host)
                                + ":15012 -CAfile /etc/certs/root-cert.pem < /dev/null"))
                .step("When the way is open, the agent connects by itself within a minute.")
                .build();
    }

    private static String text(Machine machine) {
        VmHealth health = machine.health();
        return machine.name() + ": agent "
                + (health.getAgentState() == null ? "running" : health.getAgentState()) + ", ready "
                + (health.getReadyStatus() == null ? "not answered" : health.getReadyStatus())
                + (machine.entries().isEmpty() ? "; no WorkloadEntry" : "; its WorkloadEntry is there");
    }
}
