package io.meshdiag.processor.detect.vm;

import io.meshdiag.fact.Redirection;
import io.meshdiag.fact.RedirectionState;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.ClusterView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * VMS-08: the agent runs, and the machine's traffic does not go through its proxy.
 *
 * <p>Judged by the IP version that the machine uses. What the settings do not ask to be captured need not be; and where Istio was told to leave the rules
 * to somebody else (ISTIO_CUSTOM_IP_TABLES) theirs may look like anything.
 */
public final class RedirectionAbsent implements Detector<ClusterView> {
    private static final Set<RedirectionState> FAULTY =
            EnumSet.of(RedirectionState.ABSENT, RedirectionState.INCOMPLETE);

    private static final Rule RULE = new Rule(
            "VMS-08",
            "RedirectionAbsent",
            1,
            Rule.Level.MACHINE,
            Severity.CRITICAL,
            "Traffic of a virtual machine does not go through its proxy",
            "Rules of the packet filter lead connections of a machine into its proxy. The agent writes them once, when it starts. Whatever writes the tables anew"
                    + " afterwards (firewalld, Docker, a configuration management) removes them, and nothing fails: the machine speaks plain text past the"
                    + " mesh, other sidecars that insist on mTLS refuse it, and no policy is enforced on what comes in.",
            "Restart the unit istio, which writes the rules again, and find what removed them.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(VmHealth.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        return view.rows(VmHealth.class).stream().map(row -> new Own(view, row)).flatMap(RedirectionAbsent::judge);
    }

    private static Stream<Verdict> judge(Own machine) {
        VmHealth health = machine.health();
        if (health.getCustomIpTables() || !Machine.agentRuns(health)) {
            return Stream.empty();
        }
        boolean in = !"".equals(health.getInboundPorts());
        boolean out = !"".equals(health.getServiceCidr());
        boolean inFaulty = in && FAULTY.contains(health.getInboundRedirection());
        boolean outFaulty = out && FAULTY.contains(health.getOutboundRedirection());
        List<String> doubts = Doubts.about(machine.view().cluster());
        if (!inFaulty && !outFaulty) {
            boolean unread = (in && health.getInboundRedirection() == RedirectionState.UNKNOWN)
                    || (out && health.getOutboundRedirection() == RedirectionState.UNKNOWN);
            if (!unread) {
                return Stream.empty();
            }
            doubts.add("virtual machine " + machine.name() + ": rules of the packet filter could not be read");
        }
        return Stream.of(verdict(machine, inFaulty, outFaulty, doubts));
    }

    private static Verdict verdict(Own machine, boolean in, boolean out, List<String> doubts) {
        VmHealth health = machine.health();
        String direction = in && out ? "inbound and outbound traffic" : in ? "inbound traffic" : "outbound traffic";
        List<String> reasons = reasons(health, in, out);
        return machine.verdict(RULE, doubts)
                .title("Virtual machine " + machine.name() + ": " + direction + " does not go through the proxy")
                .description(
                        "The agent of " + machine.name() + " runs, but the packet filter does not lead its " + direction
                                + " into Envoy.",
                        reasons.isEmpty() ? "" : "What is missing: " + String.join("; ", reasons) + ".",
                        out ? "Calls leave in plain text, past all routes and policies." : "",
                        in ? "Calls come in without mTLS and without authorization." : "")
                .evidence(
                        machine.row(),
                        "inbound " + health.getInboundRedirection() + ", outbound " + health.getOutboundRedirection())
                .step(
                        "See which of Istio's chains are there.",
                        machine.on("sudo iptables-save --table nat | grep ISTIO"))
                .step(
                        "Write the rules again: the agent does so when it starts. Open connections break.",
                        machine.on("sudo systemctl restart istio"))
                .step(
                        "Find what removed them, or they will be gone again.",
                        machine.on(
                                "sudo journalctl --since=-24h --unit=firewalld --unit=nftables --unit=iptables --unit=docker"))
                .build();
    }

    private static List<String> reasons(VmHealth health, boolean in, boolean out) {
        List<String> reasons = new ArrayList<>();
        for (Redirection redirection : health.getRedirection()) {
            if (in && FAULTY.contains(redirection.getInbound())) {
                reasons.add(redirection.getInboundReason());
            }
            if (out && FAULTY.contains(redirection.getOutbound())) {
                reasons.add(redirection.getOutboundReason());
            }
        }
        return reasons.stream()
                .filter(reason -> !reason.isEmpty())
                .distinct()
                .limit(4)
                .collect(Collectors.toList());
    }
}
