package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * RMT-02: what other clusters show to a cluster's API server is not accepted any more, or soon will not be.
 *
 * <p>One finding per cluster that is to be read, however many others hold the same credential: it is renewed in one place. Seen by the expiry in the
 * remote secrets, and by istiods that are answered with Unauthorized (a token may be revoked long before it expires).
 */
public final class RemoteCredentialExpired implements Detector<MeshView> {
    static final String UNAUTHORIZED = "istiod.remote-cluster.unauthorized";
    /** Time to renew it in all clusters without haste. */
    static final Duration FORECAST = Duration.ofDays(7);
    /** istiod tries again at least every half minute. */
    static final Duration STILL_REFUSED = Duration.ofMinutes(5);

    private static final Rule RULE = new Rule(
            "RMT-02",
            "RemoteCredentialExpired",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "The credential for reading another cluster has expired",
            "istiod reads another cluster's Services and endpoints with the credential of a remote secret. When that has expired or was revoked, istiod"
                    + " keeps the endpoints that it knew last: new pods get no traffic from there, removed ones still do. istiod after a restart knows"
                    + " none at all.",
            "Create the remote secret anew and apply it in every cluster that holds the old one.",
            Duration.ZERO,
            Duration.ofMinutes(1),
            Set.of(RemoteSecret.class, LogSignals.class),
            List.of(
                    new Rule.Edge(
                            "EPT-01",
                            Rule.JoinOn.TOWARDS,
                            "istiod that is not let in by the other cluster's API server does not see its endpoints"),
                    new Rule.Edge(
                            "EPT-02",
                            Rule.JoinOn.TOWARDS,
                            "istiod that is not let in any more keeps the endpoints that it last saw"),
                    new Rule.Edge(
                            "EPT-12",
                            Rule.JoinOn.TOWARDS,
                            "istiod that is not let in by the other cluster's API server does not see its endpoints")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, List<Problem>> byTarget = new TreeMap<>();
        view.clusters().forEach(observer -> {
            view.rows(RemoteSecret.class, observer).stream()
                    .flatMap(row -> expiry(view.asOf(), observer, row).stream())
                    .forEach(problem -> add(byTarget, problem));
            view.rows(LogSignals.class, observer).stream()
                    .flatMap(row -> refusals(view.asOf(), observer, row))
                    .forEach(problem -> add(byTarget, problem));
        });
        return byTarget.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private static void add(Map<String, List<Problem>> byTarget, Problem problem) {
        byTarget.computeIfAbsent(problem.target(), t -> new ArrayList<>()).add(problem);
    }

    private static Optional<Problem> expiry(Instant now, ClusterSummary observer, Row<RemoteSecret> row) {
        Instant at = row.fact().getCredentialExpiresAt();
        if (at == null || !at.isBefore(now.plus(FORECAST))) {
            return Optional.empty();
        }
        boolean over = !at.isAfter(now);
        return Optional.of(new Problem(
                observer,
                row.fact().getClusterKey(),
                over,
                at,
                row,
                "secret " + row.fact().getNamespace() + "/" + row.fact().getName()
                        + (over ? ": expired at " : ": expires at ") + at));
    }

    private static Stream<Problem> refusals(Instant now, ClusterSummary observer, Row<LogSignals> row) {
        return row.fact().getSignals().stream()
                .filter(signal -> signal.getSignature().equals(UNAUTHORIZED))
                .filter(signal -> !signal.getSubject().isEmpty())
                .filter(signal -> signal.getLastAt().plus(STILL_REFUSED).isAfter(now))
                .map(signal -> new Problem(
                        observer, signal.getSubject(), true, signal.getFirstAt(), row, refused(row, signal)));
    }

    private static String refused(Row<LogSignals> row, LogSignal signal) {
        return "istiod " + row.fact().getInstance() + " is refused, " + signal.getCount() + " time(s), last at "
                + signal.getLastAt();
    }

    private static Verdict judge(MeshView view, String target, List<Problem> all) {
        List<Problem> credible =
                all.stream().filter(p -> Doubts.about(p.observer()).isEmpty()).toList();
        List<String> missing = credible.isEmpty()
                ? all.stream()
                        .flatMap(p -> Doubts.about(p.observer()).stream())
                        .distinct()
                        .toList()
                : List.of();
        List<Problem> judged = credible.isEmpty() ? all : credible;
        boolean over = judged.stream().anyMatch(Problem::over);
        List<Problem> shown = judged.stream()
                .filter(p -> p.over() == over)
                .sorted(Comparator.comparing(Problem::at)
                        .thenComparing(p -> p.observer().getClusterId()))
                .toList();
        List<String> observers = shown.stream()
                .map(p -> p.observer().getClusterId())
                .distinct()
                .sorted()
                .toList();
        Instant first = shown.get(0).at();
        Optional<ClusterSummary> known = view.cluster(target);
        String what = over ? "is no longer accepted" : "expires at " + first;
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, known.map(Scopes::key).orElse("id:" + target), missing)
                .severity(over ? Severity.CRITICAL : Severity.HIGH)
                .title("The credential for cluster " + target + " " + what + " (held by " + observers.size()
                        + " cluster(s))")
                .description(
                        "The remote secrets for " + target + " in " + String.join(", ", observers) + ": the credential "
                                + what + ".",
                        over
                                ? "istiods there keep the endpoints of " + target
                                        + " that they knew last, and know none after a restart."
                                : "Renew it before: nothing is broken yet.")
                .scope(scope(view, target, known, observers))
                .subject(
                        "Secret",
                        "istio-system",
                        "istio-remote-secret-" + target,
                        shown.get(0).observer())
                .affected(observers.size(), 0, 0, observers);
        shown.forEach(p -> verdict.evidence(p.row(), p.text()));
        if (over) {
            verdict.since(Optional.of(first));
        } else {
            verdict.forecast(
                            first,
                            "istiods of " + observers.size() + " cluster(s) no longer see the endpoints of " + target)
                    .judgeAgainAt(Optional.of(first));
        }
        return steps(verdict, target, known, shown).build();
    }

    private static Scope scope(MeshView view, String target, Optional<ClusterSummary> known, List<String> observers) {
        return known.map(cluster -> Scopes.towards(view, cluster, observers)).orElseGet(() -> Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(List.of(target))
                .setObservers(observers)
                .build());
    }

    private static VerdictBuilder steps(
            VerdictBuilder verdict, String target, Optional<ClusterSummary> known, List<Problem> shown) {
        String from = known.map(cluster -> context(cluster)).orElse("--context=" + quote(target));
        shown.stream()
                .map(Problem::observer)
                .distinct()
                .limit(5)
                .forEach(observer -> verdict.step(
                        "Renew the secret in " + observer.getClusterId() + ".",
                        "istioctl create-remote-secret " + from + " --name=" + quote(target)
                                + " | kubectl apply --filename=- " + context(observer)));
        ClusterSummary first = shown.get(0).observer();
        return verdict.step(
                        "Check: istiod lists " + target + " as synced within a minute.",
                        "istioctl remote-clusters " + context(first))
                .step(
                        "Still refused: see what istiod says; some versions pick up a changed secret only after a restart.",
                        kubectlAtIstiod(first) + " logs --selector=app=istiod --since=10m");
    }

    /**
     * One observer's trouble with one target.
     *
     * @param over false while it still works
     * @param at when the credential ends or ended, or the first refusal
     */
    private record Problem(ClusterSummary observer, String target, boolean over, Instant at, Row<?> row, String text) {}
}
