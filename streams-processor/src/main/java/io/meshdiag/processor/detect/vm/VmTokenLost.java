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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * VMS-06: a machine lost its token when it booted, and needs one.
 *
 * <p>/var/run is gone after every boot. That does no harm while the certificate, which is kept elsewhere, is valid, and nobody hears of it. It counts when
 * the agent asks for the token: in its log, or because the certificate is over or overdue.
 */
public final class VmTokenLost implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "VMS-06",
            "VmTokenLost",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "Virtual machines lost their tokens when they booted",
            "The token is in /var/run/secrets/tokens, and /var/run is empty after every boot. A machine whose certificate is still valid and kept on disk goes"
                    + " on with that; any other cannot prove who it is, although nothing else about it has changed.",
            "Bring new tokens, keep certificates on disk, and keep the token where a boot does not remove it.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(VmHealth.class, WorkloadEntry.class, WorkloadGroup.class, LogSignals.class),
            List.of(
                    new Rule.Edge(
                            "VMS-01",
                            Rule.JoinOn.MACHINES,
                            "the token that would have helped was lost when the machine booted"),
                    new Rule.Edge(
                            "VMS-05",
                            Rule.JoinOn.MACHINES,
                            "without a token the machine cannot ask istiod for a certificate")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<Machine> machines =
                Machines.of(view).stream().filter(VmTokenLost::concerned).toList();
        return Crowd.of(machines, machine -> "", Machine::doubts).map(crowd -> judge(view, crowd));
    }

    private static boolean concerned(Machine machine) {
        Credentials credentials = machine.credentials();
        return credentials.tokenLost()
                && (machine.logged("proxy.token.unreadable")
                        || credentials.over()
                        || credentials.cannotRenew()
                        || credentials.late(VmCredentialsExpired.Thresholds.DEFAULT.lateAfter()));
    }

    private static Verdict judge(MeshView view, Crowd crowd) {
        Optional<Instant> booted = crowd.machines().stream()
                .map(machine -> machine.health().getBootedAt())
                .min(Instant::compareTo);
        VerdictBuilder verdict = crowd.verdict(view, RULE)
                .title(crowd.title() + ": the token was lost when it booted")
                .description(
                        crowd.machines().size()
                                + " machine(s) have no token since they booted, the first at "
                                + booted.map(Instant::toString).orElse("an unknown time") + ".",
                        "Their certificates are older than that: they had a token before.",
                        "The agent asks for it and gets neither certificate nor configuration without.")
                .since(booted);
        crowd.machines().stream()
                .limit(8)
                .forEach(machine -> verdict.evidence(
                        machine.row(),
                        machine.name() + ": booted " + machine.health().getBootedAt()
                                + ", no /var/run/secrets/tokens/istio-token"));
        Tools tools = Tools.of(crowd.first());
        String account =
                Optional.ofNullable(crowd.first().health().getServiceAccount()).orElse("default");
        return verdict.step("See that the folder is empty.", crowd.on("sudo ls -l /var/run/secrets/tokens"))
                .step(
                        "Bring a new token to the machine.",
                        tools.kubectl() + " create token " + Tools.quote(account)
                                + " --audience=istio-ca --duration=1h | "
                                + crowd.on("sudo tee /var/run/secrets/tokens/istio-token > /dev/null"))
                .step("Restart the agent.", crowd.on("sudo systemctl restart istio"))
                .step(
                        "See that certificates outlive the next boot: they must be in /etc/certs.",
                        crowd.on("sudo ls -l /etc/certs"))
                .build();
    }
}
