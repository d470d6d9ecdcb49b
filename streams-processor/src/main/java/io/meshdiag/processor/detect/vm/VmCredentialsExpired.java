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
 * VMS-01: a machine has nothing left to prove its identity with, or will have nothing when its certificate ends.
 *
 * <p>Tokens are made to last an hour and are needed once: a machine that has a certificate renews it with that. So a token that is over means nothing
 * by itself. It counts when the certificate has ended, when it is overdue for renewal, or when it is not kept where it could be used for that.
 */
public final class VmCredentialsExpired implements Detector<MeshView> {
    /**
     * When a certificate is overdue.
     *
     * @param lateAfter share of its life after which there should be a new one: agents ask at half of it and try again for some minutes
     */
    public record Thresholds(double lateAfter) {
        static final Thresholds DEFAULT = new Thresholds(0.65);

        public Thresholds {
            if (lateAfter <= 0.5 || lateAfter > 1) {
                throw new IllegalArgumentException("lateAfter is a share above 0.5, at which agents ask, and up to 1");
            }
        }
    }

    static final String LOST = "token-lost";

    private static final Rule RULE = new Rule(
            "VMS-01",
            "VmCredentialsExpired",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "Virtual machines have no valid certificate and no valid token",
            "A virtual machine joins with a token and from then on renews its certificate with the certificate itself. When it was off, or could not reach"
                    + " istiod, for longer than the certificate lives (a day), only a token helps, and the one that it was given has mostly"
                    + " ended long before. It gets neither certificate nor configuration until somebody brings a new token.",
            "Give the machines new tokens. See that certificates are kept in /etc/certs, so that the next one can be asked for with them.",
            Duration.ZERO,
            Duration.ofMinutes(1),
            Set.of(VmHealth.class, WorkloadEntry.class, WorkloadGroup.class, LogSignals.class),
            List.of(
                    new Rule.Edge(
                            "VMS-05",
                            Rule.JoinOn.MACHINES,
                            "istiod takes no connection from a machine that cannot prove who it is"),
                    new Rule.Edge(
                            "VMS-09", Rule.JoinOn.MACHINES, "a proxy without a certificate never becomes ready")));

    private final Thresholds thresholds;

    public VmCredentialsExpired() {
        this(Thresholds.DEFAULT);
    }

    public VmCredentialsExpired(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<Machine> machines =
                Machines.of(view).stream().filter(this::concerned).toList();
        return Crowd.of(machines, VmCredentialsExpired::reason, Machine::doubts).map(crowd -> judge(view, crowd));
    }

    /** What it was that took the credentials of a machine; empty for the mere passing of time. */
    static String reason(Machine machine) {
        return machine.credentials().tokenLost() ? LOST : "";
    }

    private boolean concerned(Machine machine) {
        Credentials credentials = machine.credentials();
        return credentials.over()
                || credentials.cannotRenew()
                || (credentials.tokenOver() && credentials.late(thresholds.lateAfter()));
    }

    private static Verdict judge(MeshView view, Crowd crowd) {
        List<Credentials> all =
                crowd.machines().stream().map(Machine::credentials).toList();
        long over = all.stream().filter(Credentials::over).count();
        Optional<Instant> next = all.stream()
                .filter(one -> !one.over())
                .flatMap(one -> one.ends().stream())
                .min(Instant::compareTo);
        boolean unkept = all.stream().anyMatch(Credentials::cannotRenew);
        VerdictBuilder verdict = crowd.verdict(view, RULE)
                .severity(over > 0 ? Severity.CRITICAL : Severity.HIGH)
                .title(crowd.title()
                        + (over > 0
                                ? ": certificate and token have ended"
                                : ": the certificate ends and cannot be renewed"))
                .description(
                        over > 0
                                ? over + " of " + all.size()
                                        + " machine(s) have neither a valid certificate nor a valid token: istiod refuses them."
                                : "",
                        next.map(
                                        end -> "The first certificate of those that still have one ends at " + end
                                                + "; "
                                                + (unkept
                                                        ? "it is not kept on disk, so that renewing it needs the token, which is over by then."
                                                        : "it is overdue for renewal, and the token that could help has ended."))
                                .orElse(""),
                        crowd.key().endsWith(LOST) ? "The token was lost when the machine booted." : "")
                .since(all.stream()
                        .filter(Credentials::over)
                        .flatMap(one -> one.ends().stream())
                        .min(Instant::compareTo))
                .judgeAgainAt(next);
        all.stream().limit(5).forEach(one -> verdict.evidence(one.machine().row(), text(one)));
        next.ifPresent(end -> verdict.forecast(
                end, all.size() - over + " virtual machine(s) are cut off from the mesh, one after the other"));
        return steps(crowd, verdict).build();
    }

    private static String text(Credentials one) {
        return one.machine().name() + ": certificate "
                + one.ends()
                        .map(end -> "ends " + end + (one.kept() ? "" : " and is not on disk"))
                        .orElse("absent")
                + "; token "
                + one.tokenEnds().map(end -> "ends " + end).orElse(one.tokenMissing() ? "absent" : "not known");
    }

    private static VerdictBuilder steps(Crowd crowd, VerdictBuilder verdict) {
        Machine first = crowd.first();
        VmHealth health = first.health();
        Tools tools = Tools.of(first);
        String account = health.getServiceAccount() == null ? "default" : health.getServiceAccount();
        verdict.step(
                        "See what the machine has: when its certificate ends.",
                        crowd.on("sudo openssl x509 -noout -dates -in /etc/certs/cert-chain.pem"))
                .step(
                        "Bring a new token to the machine.",
                        tools.kubectl() + " create token " + Tools.quote(account)
                                + " --audience=istio-ca --duration=1h | "
                                + crowd.on("sudo tee /var/run/secrets/tokens/istio-token > /dev/null"));
        if (crowd.machines().size() > 1) {
            verdict.step("Do the same on the others of the " + crowd.machines().size() + ".");
        }
        return verdict.step("Restart the agent, which asks with it at once.", crowd.on("sudo systemctl restart istio"))
                .step(
                        "Keep certificates on disk, so that it renews with them: OUTPUT_CERTS and PROV_CERT=/etc/certs in /var/lib/istio/envoy/sidecar.env.");
    }
}
