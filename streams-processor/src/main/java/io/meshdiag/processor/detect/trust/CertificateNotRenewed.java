package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * TRU-09: proxies that should have a new certificate by now and have not got one.
 *
 * <p>Whether a certificate is late is asked of the time when it was seen: dumps are samples, and an old one says nothing about today. One finding per
 * cluster, because all its proxies ask the same istiods.
 */
public final class CertificateNotRenewed implements Detector<ClusterView> {
    /**
     * When a certificate is late.
     *
     * @param lateAfter share of its life after which it should be a new one: agents ask at half of it and try again for some minutes
     * @param stillFailing how long after a refusal in a log it counts as its reason: agents try again every few minutes at least
     */
    public record Thresholds(double lateAfter, Duration stillFailing) {
        static final Thresholds DEFAULT = new Thresholds(0.65, Duration.ofMinutes(15));
    }

    private static final Rule RULE = new Rule(
            "TRU-09",
            "CertificateNotRenewed",
            1,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "Workload certificates are not renewed",
            "A proxy asks istiod for a new certificate when half of the old one's life is over. When istiod refuses or cannot be reached, the old one"
                    + " is used until it ends; then the proxy is cut off from every other one, and from istiod.",
            "See why istiod does not sign: the message in its log and in the proxy's. Mostly the service account's token has the wrong audience or"
                    + " issuer, or the primary cannot check it in the proxy's own cluster.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Set.of(ProxyConfig.class, LogSignals.class, IstiodInstance.class),
            List.of(new Rule.Edge(
                    "XDS-02",
                    Rule.JoinOn.CLUSTER,
                    "istiod takes no connection from a proxy whose certificate has ended")));

    private final Thresholds thresholds;

    public CertificateNotRenewed() {
        this(Thresholds.DEFAULT);
    }

    public CertificateNotRenewed(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        List<Row<LogSignals>> logs = view.rows(LogSignals.class);
        List<Late> late = view.rows(ProxyConfig.class).stream()
                .flatMap(row -> late(row).stream())
                .sorted(Comparator.comparing(Late::endsAt).thenComparing(Late::name))
                .toList();
        if (!late.isEmpty()) {
            return Stream.of(judge(view, late, logs));
        }
        List<RefusedRequests> refused = view.rows(IstiodInstance.class).stream()
                .flatMap(row -> RefusedRequests.of(row).stream())
                .toList();
        return refused.isEmpty() ? Stream.empty() : Stream.of(judge(view, refused));
    }

    private Optional<Late> late(Row<ProxyConfig> row) {
        CertificateInfo certificate = row.fact().getWorkloadCertificate();
        if (certificate == null || certificate.getNotBefore() == null || certificate.getNotAfter() == null) {
            return Optional.empty();
        }
        Instant from = certificate.getNotBefore();
        Instant until = certificate.getNotAfter();
        Instant due = from.plusMillis((long) (Duration.between(from, until).toMillis() * thresholds.lateAfter()));
        return row.fact().getHeader().getObservedAt().isAfter(due)
                ? Optional.of(new Late(row, due, until))
                : Optional.empty();
    }

    private Verdict judge(ClusterView view, List<Late> late, List<Row<LogSignals>> logs) {
        ClusterSummary cluster = view.cluster();
        String id = cluster.getClusterId();
        Instant now = view.asOf();
        long over = late.stream().filter(l -> !l.endsAt().isAfter(now)).count();
        List<Refusal> refusals = logs.stream()
                .flatMap(row -> row.fact().getSignals().stream()
                        .filter(CertificateNotRenewed::refuses)
                        .filter(signal -> !signal.getLastAt()
                                .plus(thresholds.stillFailing())
                                .isBefore(now))
                        .map(signal -> new Refusal(row, signal)))
                .toList();
        Instant first = late.get(0).endsAt();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(cluster), Doubts.about(cluster))
                .severity(over > 0 ? Severity.CRITICAL : Severity.HIGH)
                .title(late.size() + " proxies of cluster " + id + " did not get a new certificate in time")
                .description(
                        late.size() + " certificates in " + id + " were past "
                                + Math.round(thresholds.lateAfter() * 100)
                                + " percent of their life when they were seen; proxies ask for a new one at half of it.",
                        over > 0
                                ? over + " of them have ended: these proxies are cut off."
                                : "The first ends at " + first + "; its proxy is cut off then.",
                        refusals.isEmpty()
                                ? "No log that was read says why."
                                : "Logs say: " + refusals.get(0).signal().getSample())
                .scope(Scopes.of(view, cluster))
                .subject("Deployment", istiodNamespace(cluster), "istiod", cluster)
                .affected(1, 0, late.size(), late.stream().map(Late::name).toList())
                .since(late.stream().map(Late::due).min(Instant::compareTo));
        late.stream()
                .limit(5)
                .forEach(l -> verdict.evidence(
                        l.row(), "the certificate was due at " + l.due() + " and ends at " + l.endsAt()));
        refusals.stream()
                .limit(4)
                .forEach(r -> verdict.evidence(
                        r.row(),
                        r.signal().getSignature() + ", " + r.signal().getCount() + " time(s), last at "
                                + r.signal().getLastAt()));
        if (first.isAfter(now)) {
            verdict.forecast(first, late.size() + " proxies in " + id + " are cut off one after the other")
                    .judgeAgainAt(Optional.of(first));
        }
        ProxyConfig one = late.get(0).row().fact();
        return verdict.step(
                        "See what istiod says about requests for certificates.",
                        kubectlAtIstiod(cluster)
                                + " logs --selector=app=istiod --tail=-1 --since=1h | grep --ignore-case --extended-regexp 'csr|authenticat'")
                .step(
                        "See what a proxy says.",
                        kubectl(cluster, one.getNamespace()) + " logs " + quote(one.getName())
                                + " --container=istio-proxy --since=1h | grep --ignore-case certificate")
                .step(
                        "See its certificate.",
                        "istioctl " + context(cluster) + " proxy-config secret "
                                + quote(one.getName() + "." + one.getNamespace()))
                .step(
                        "When the reason is mended, proxies get their certificates by themselves. One that is cut off already comes back with a restart.",
                        kubectl(cluster, one.getNamespace()) + " delete pod " + quote(one.getName()))
                .build();
    }

    /** Certificates that were seen are fresh: of those who are refused, none was dumped. */
    private static Verdict judge(ClusterView view, List<RefusedRequests> refused) {
        ClusterSummary cluster = view.cluster();
        long count = refused.stream().mapToLong(RefusedRequests::lastHour).sum();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(cluster), Doubts.about(cluster))
                .title("istiods of cluster " + cluster.getClusterId() + " refuse " + count
                        + " requests for certificates an hour")
                .description(
                        "Requests have been refused for their credentials in each of the last hours, by istiod's own count.",
                        "Certificates of proxies that were seen are fresh; those who are refused are among the others.")
                .scope(Scopes.of(view, cluster))
                .subject("Deployment", istiodNamespace(cluster), "istiod", cluster)
                .affected(1, 0, 0, refused.stream().map(RefusedRequests::istiod).toList());
        refused.forEach(r -> verdict.evidence(r.row(), r.text()));
        return verdict.step(
                        "Who asks, and why is it refused?",
                        kubectlAtIstiod(cluster)
                                + " logs --selector=app=istiod --tail=-1 --since=1h | grep --ignore-case authenticat")
                .step("Which proxies have no certificate?", "istioctl " + context(cluster) + " proxy-status")
                .build();
    }

    private static boolean refuses(LogSignal signal) {
        return signal.getSignature().startsWith("proxy.csr.")
                || signal.getSignature().startsWith("istiod.ca.")
                || signal.getSignature().equals("proxy.token.unreadable");
    }

    /** A certificate that should have been renewed. */
    private record Late(Row<ProxyConfig> row, Instant due, Instant endsAt) {
        String name() {
            return row.fact().getNamespace() + "/" + row.fact().getName();
        }
    }

    /** Why it was not. */
    private record Refusal(Row<LogSignals> row, LogSignal signal) {}
}
