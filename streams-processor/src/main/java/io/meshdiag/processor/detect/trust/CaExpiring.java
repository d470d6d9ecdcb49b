package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * TRU-04: a root or a CA that certificates in use descend from comes to its end, or is past it.
 *
 * <p>One finding per certificate: a root that the whole mesh shares is one finding with all clusters. A root that no certificate descends from any
 * more may expire in peace, and one that was issued again with the same key lives as long as the new one.
 */
public final class CaExpiring implements Detector<MeshView> {
    /**
     * Time left, below which the finding has each severity.
     *
     * @param critical no time for a rotation in waves any more: a fleet needs days for it
     * @param high time to begin
     * @param medium time to plan: a rotation touches every workload of every cluster
     */
    public record Thresholds(Duration critical, Duration high, Duration medium) {
        static final Thresholds DEFAULT = new Thresholds(Duration.ofDays(7), Duration.ofDays(30), Duration.ofDays(90));
    }

    private static final Rule RULE = new Rule(
            "TRU-04",
            "CaExpiring",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "A root or CA certificate expires soon",
            "Every workload certificate descends from istiod's CA and its root. When one of them expires, all certificates below it are refused at"
                    + " once: every mTLS connection within these clusters and between them fails, and proxies can no longer connect to istiod. A root"
                    + " is not renewed by itself, and replacing it safely takes as long as every workload needs to get a new certificate.",
            "An intermediate CA: put a new one, signed by the same root, into the secret cacerts. A root: rotate it. First trust the new root beside"
                    + " the old one everywhere, then sign with it, and drop the old one when no certificate descends from it (TRU-03 counts them).",
            Duration.ZERO,
            Duration.ofMinutes(1),
            Set.of(IstiodInstance.class),
            List.of());

    private final Thresholds thresholds;

    public CaExpiring() {
        this(Thresholds.DEFAULT);
    }

    public CaExpiring(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Instant horizon = view.asOf().plus(thresholds.medium());
        return view.clusters().stream()
                .flatMap(cluster -> CaEnd.of(view, cluster))
                .filter(end -> end.at().isBefore(horizon))
                .collect(Collectors.groupingBy(CaEnd::scopeKey, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private Verdict judge(MeshView view, String scopeKey, List<CaEnd> all) {
        List<CaEnd> credible = all.stream()
                .filter(end -> Doubts.about(end.cluster()).isEmpty())
                .toList();
        List<String> missing = credible.isEmpty()
                ? all.stream()
                        .flatMap(end -> Doubts.about(end.cluster()).stream())
                        .distinct()
                        .toList()
                : List.of();
        List<CaEnd> ends = (credible.isEmpty() ? all : credible)
                .stream()
                        .sorted(Comparator.comparing(CaEnd::at)
                                .thenComparing(end -> Scopes.key(end.cluster()))
                                .thenComparing(CaEnd::text))
                        .toList();
        CaEnd first = ends.get(0);
        Instant at = first.at();
        boolean over = !at.isAfter(view.asOf());
        List<ClusterSummary> clusters =
                ends.stream().map(CaEnd::cluster).distinct().toList();
        List<String> ids =
                clusters.stream().map(ClusterSummary::getClusterId).sorted().toList();
        int holders = ends.stream().mapToInt(CaEnd::holders).sum();
        // Names are counted per cluster, and the same in most of them: no more than this is certain.
        int services = clusters.stream()
                .mapToInt(ClusterSummary::getSharedServices)
                .max()
                .orElse(0);
        String where = ids.size() == 1 ? "cluster " + ids.get(0) : ids.size() + " clusters";
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, scopeKey, missing)
                .severity(severity(view.asOf(), at))
                .title(first.what() + " of " + where + (over ? " expired at " : " expires at ") + at)
                .description(
                        first.text() + ". Certificates in " + String.join(", ", ids) + " descend from it.",
                        over
                                ? "They are refused now: mTLS within and between these clusters fails."
                                : "From then on they are refused, and mTLS within and between these clusters fails. Nothing is"
                                        + " broken yet; there are "
                                        + Duration.between(view.asOf(), at).toDays() + " whole days left.")
                .scope(Scopes.among(view, clusters))
                .subject("Secret", istiodNamespace(first.cluster()), secret(first.cluster()), first.cluster())
                .affected(clusters.size(), services, holders, ids)
                .judgeAgainAt(nextStep(view.asOf(), at));
        ends.forEach(
                end -> verdict.evidence(end.cluster(), end.source(), String.join(", ", end.samples()), end.text()));
        if (over) {
            verdict.since(Optional.of(at));
        } else {
            verdict.forecast(
                    at,
                    "mTLS fails within and between " + ids.size() + " cluster(s): " + String.join(", ", ids)
                            + (services == 0 ? "" : "; at least " + services + " service(s) that they share"));
        }
        return steps(verdict, first, clusters).build();
    }

    private Severity severity(Instant now, Instant at) {
        if (at.isBefore(now.plus(thresholds.critical()))) {
            return Severity.CRITICAL;
        }
        return at.isBefore(now.plus(thresholds.high())) ? Severity.HIGH : Severity.MEDIUM;
    }

    /** When the severity rises next, or the certificate ends. A limit is passed only after it. */
    private Optional<Instant> nextStep(Instant now, Instant at) {
        return Stream.of(
                        at.minus(thresholds.high()).plusMillis(1),
                        at.minus(thresholds.critical()).plusMillis(1),
                        at)
                .filter(step -> step.isAfter(now))
                .min(Instant::compareTo);
    }

    private static VerdictBuilder steps(VerdictBuilder verdict, CaEnd first, List<ClusterSummary> clusters) {
        ClusterSummary one = clusters.get(0);
        if (first.root()) {
            verdict.step("See the roots that workloads trust, and their ends.", Trust.showRoot(one))
                    .step(
                            "Make a new root and, for each cluster, a CA below it. Append the new root to root-cert.pem of every cluster's"
                                    + " secret cacerts, beside the old one, and restart istiod there. Sign with the old CA until every cluster trusts both.");
            clusters.stream()
                    .limit(5)
                    .forEach(c -> verdict.step("Restart istiod in " + c.getClusterId() + ".", restartIstiod(c)));
            return verdict.step(
                    "Then put the new CAs into cacerts, a cluster at a time, and restart its istiod and its workloads."
                            + " TRU-03 says when the old root can be dropped.");
        }
        return verdict.step(
                        "See the CA that istiod signs with (its public part).",
                        kubectlAtIstiod(one) + " get secret " + secret(one)
                                + " --output=jsonpath='{.data.ca-cert\\.pem}' | base64 --decode | openssl x509 -noout -subject -enddate")
                .step("Issue a new CA for " + one.getClusterId()
                        + " from the same root, and replace ca-cert.pem, ca-key.pem and cert-chain.pem in the secret.")
                .step("Restart istiod unless it reloads the secret by itself.", restartIstiod(one));
    }

    private static String secret(ClusterSummary cluster) {
        return cluster.getCaSecret() == null ? "cacerts" : cluster.getCaSecret();
    }
}
