package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;

import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
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
    /** Time to renew it in all clusters without haste. */
    static final Duration FORECAST = Duration.ofDays(7);

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
            Set.of(RemoteSecret.class, RemoteClusterStatus.class, LogSignals.class),
            // Not RMT-03: it is found only where other replicas get in with the same secret, which proves the
            // credential good.
            List.of(
                    new Rule.Edge(
                            "EPT-01",
                            Rule.JoinOn.TOWARDS,
                            "istiod that is not let in by the other cluster's API server does not see its endpoints"),
                    new Rule.Edge(
                            "RMT-05",
                            Rule.JoinOn.TOWARDS,
                            "istiod that is not let in by the other cluster cannot have tokens of its proxies reviewed"),
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
            Refusals.of(view, observer).stream()
                    .filter(refusals -> !refusals.partial())
                    .flatMap(refusals -> refusals.refused().stream())
                    .map(RemoteCredentialExpired::refusal)
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

    private static Problem refusal(Complaint refused) {
        LogSignal signal = refused.signal();
        return new Problem(
                refused.observer(),
                refused.target(),
                true,
                signal.getFirstAt(),
                refused.row(),
                "istiod " + refused.istiod() + " is refused, " + signal.getCount() + " time(s), last at "
                        + signal.getLastAt());
    }

    private static Verdict judge(MeshView view, String target, List<Problem> all) {
        Believed<Problem> believed = Believed.of(all, Problem::observer);
        List<Problem> judged = believed.reports();
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
        Target cluster = Target.of(view, target);
        Lost lost = Lost.with(
                target,
                cluster.cluster(),
                shown.stream().map(Problem::observer).distinct().toList());
        String what = over ? "is no longer accepted" : "expires at " + first;
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, cluster.key(), believed.missing())
                .severity(over ? Severity.CRITICAL : Severity.HIGH)
                .title("The credential for cluster " + target + " " + what + " (held by " + observers.size()
                        + " cluster(s))")
                .description(
                        "The remote secrets for " + target + " in " + String.join(", ", observers) + ": the credential "
                                + what + ".",
                        over
                                ? "istiods there keep the endpoints of " + target
                                        + " that they knew last, and know none after a restart."
                                : "Renew it before: nothing is broken yet.",
                        lost.text())
                .scope(cluster.seenBy(view, observers))
                .subject(
                        "Secret",
                        "istio-system",
                        "istio-remote-secret-" + target,
                        shown.get(0).observer())
                .affected(observers.size(), lost.services(), 0, lost.samples(observers));
        shown.forEach(p -> verdict.evidence(p.row(), p.text()));
        if (over) {
            verdict.since(Optional.of(first));
        } else {
            verdict.forecast(
                            first,
                            "istiods of " + observers.size() + " cluster(s) no longer see the endpoints of " + target
                                    + ", " + lost.services() + " service(s): " + String.join(", ", observers))
                    .judgeAgainAt(Optional.of(first));
        }
        return steps(verdict, cluster, shown).build();
    }

    private static VerdictBuilder steps(VerdictBuilder verdict, Target target, List<Problem> shown) {
        shown.stream()
                .map(Problem::observer)
                .distinct()
                .limit(5)
                .forEach(observer -> verdict.step(
                        "Renew the secret in " + observer.getClusterId() + ".", target.createSecret(observer)));
        ClusterSummary first = shown.get(0).observer();
        return verdict.step(
                        "Check: istiod lists " + target.id() + " as synced within a minute.",
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
