package io.meshdiag.processor.detect.xds;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.Workload;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Running;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * XDS-03: proxies that have not acknowledged a push for a minute.
 *
 * <p>A push in flight looks just the same for some seconds, so only age makes it a fault. Where the nonce carries no time (before Istio 1.23),
 * a live collector still gives a lower bound: it publishes a proxy's state when that changes, so the state is at least as old as the fact. A
 * single look at an old version tells nothing: unknown.
 */
public final class ProxyStale implements Detector<ClusterView> {
    /**
     * Numbers that people may change.
     *
     * @param unacknowledged age from which a push is no longer in flight: pushes take seconds, and every one of them looks stale meanwhile
     * @param many more proxies than this, and more than largeShare of all, is istiod's or the network's fault rather than the proxies'
     */
    public record Thresholds(Duration unacknowledged, int many, double largeShare) {
        /** A push in flight looks the same for some seconds, of a busy istiod for some more; a minute is beyond both. */
        public static final Thresholds DEFAULT = new Thresholds(Duration.ofSeconds(60), 5, 0.2);
    }

    private static final Set<XdsSyncState> BEHIND =
            EnumSet.of(XdsSyncState.STALE, XdsSyncState.STALE_NEVER_ACKED, XdsSyncState.ERROR);

    private static final Rule RULE = new Rule(
            "XDS-03",
            "ProxyStale",
            1,
            Rule.Level.CLUSTER,
            Severity.MEDIUM,
            "Proxies have not taken over istiod's configuration for more than a minute",
            "istiod sent an update that the proxy has not acknowledged for longer than any normal push takes. The proxy works with old routes and"
                    + " endpoints. One proxy: look at the proxy. All of one node: its network. All of one istiod, or a large share: istiod is"
                    + " overloaded, or sends too much to each proxy.",
            "Look at what the stale proxies have in common. Give istiod more CPU or replicas, and limit what proxies receive with Sidecar"
                    + " resources.",
            Duration.ZERO,
            Duration.ofMinutes(2),
            Set.of(ProxyStatus.class, Workload.class),
            List.of(new Rule.Edge(
                    "EPT-13",
                    Rule.JoinOn.CLUSTER,
                    "a proxy that takes over no update keeps the endpoints that it had")));

    private final Thresholds thresholds;

    public ProxyStale() {
        this(Thresholds.DEFAULT);
    }

    public ProxyStale(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        boolean singleLook = view.cluster().getMode() == CollectorMode.ARCHIVE;
        Collection<ProxyType> all = ProxyType.of(view);
        List<Stale> old = new ArrayList<>();
        List<Stale> young = new ArrayList<>();
        List<ProxyType> ageless = new ArrayList<>();
        for (ProxyType one : all) {
            if (!BEHIND.contains(one.xds().getState())) {
                continue;
            }
            Instant since = one.xds().getSentAt() != null ? one.xds().getSentAt() : one.observedAt();
            if (one.xds().getSentAt() == null && singleLook) {
                ageless.add(one);
            } else if (since.plus(thresholds.unacknowledged()).isBefore(view.asOf())) {
                old.add(new Stale(one, since));
            } else {
                young.add(new Stale(one, since));
            }
        }
        if (old.isEmpty() && ageless.isEmpty()) {
            return Stream.empty();
        }
        List<String> doubts = new ArrayList<>(Doubts.about(view.cluster(), "syncz"));
        List<String> unaged = ageless.isEmpty()
                ? List.of()
                : List.of("age of " + ageless.size()
                        + " unacknowledged push(es): Istio before 1.23 does not tell when they were sent");
        if (old.isEmpty()) {
            doubts.addAll(unaged);
            return Stream.of(judge(
                    view,
                    all,
                    ageless.stream().map(p -> new Stale(p, p.observedAt())).toList(),
                    "did not acknowledge their last push; since when cannot be told.",
                    VerdictBuilder.verdict(RULE, Scopes.key(view.cluster()), doubts)));
        }
        VerdictBuilder verdict = doubts.isEmpty()
                ? VerdictBuilder.present(RULE, Scopes.key(view.cluster()), unaged)
                : VerdictBuilder.verdict(RULE, Scopes.key(view.cluster()), doubts);
        verdict.since(old.stream().map(Stale::since).min(Comparator.naturalOrder()))
                .judgeAgainAt(young.stream()
                        .map(s -> s.since().plus(thresholds.unacknowledged()).plusMillis(1))
                        .max(Comparator.naturalOrder()));
        return Stream.of(judge(
                view,
                all,
                old,
                "have not acknowledged a push for more than "
                        + thresholds.unacknowledged().toSeconds()
                        + " seconds. They work with old routes and endpoints.",
                verdict));
    }

    private Verdict judge(
            ClusterView view, Collection<ProxyType> all, List<Stale> stale, String fault, VerdictBuilder verdict) {
        ClusterSummary cluster = view.cluster();
        List<String> proxies =
                stale.stream().map(s -> s.of().proxy()).distinct().sorted().toList();
        long known = all.stream().map(ProxyType::proxy).distinct().count();
        int count = proxies.size();
        boolean widespread = count > thresholds.many() && count > thresholds.largeShare() * known;
        String istiods = count == 1
                ? "It is served by " + stale.get(0).of().row().fact().getIstiod() + "."
                : same(stale, s -> s.of().row().fact().getIstiod())
                        .map(i -> "All are served by " + i + ".")
                        .orElse("They are served by different istiods.");

        verdict.severity(widespread ? Severity.HIGH : Severity.MEDIUM)
                .title(count + " of " + known + " proxies in cluster " + cluster.getClusterId()
                        + " do not take over new configuration")
                .description(
                        count + " of " + known + " proxies at istiod of " + cluster.getClusterId() + " " + fault,
                        istiods,
                        same(stale, s -> s.of().xds().getType())
                                .map(t -> "What is missing is " + t + ".")
                                .orElse("More than one type of configuration is missing."),
                        node(view, stale)
                                .map(n -> (count == 1 ? "It runs" : "All run") + " on node " + n + ".")
                                .orElse(""))
                .scope(Scopes.of(view, cluster))
                .affected(1, 0, count, proxies)
                .versions(Running.proxies(stale.stream().map(s -> s.of().row())));
        if (count == 1) {
            ProxyStatus only = stale.get(0).of().row().fact();
            verdict.subject("Proxy", only.getNamespace(), only.getName(), cluster);
        } else {
            verdict.subject("Cluster", "", cluster.getClusterId(), cluster);
        }
        stale.stream().limit(10).forEach(s -> verdict.evidence(s.of().row(), describe(s.of())));
        return verdict.step(
                        "See whether it is still so: a push in flight looks the same for some seconds.",
                        "istioctl proxy-status " + context(cluster))
                .step(
                        "Does istiod have enough CPU, and is one replica busier than the others?",
                        kubectlAtIstiod(cluster) + " top pod --selector=app=istiod")
                .step("A few proxies of one node: look at the node's network. One proxy: restart its pod.")
                .step("Many proxies: scale istiod out, and limit what each proxy receives with Sidecar resources.")
                .build();
    }

    /** Times, not ages: a text that changes with the clock would make a revision of every look. */
    private static String describe(ProxyType one) {
        String sent = one.xds().getSentAt() == null
                ? "at an unknown time"
                : "at " + one.xds().getSentAt();
        return one.proxy() + " " + one.xds().getType() + ": sent " + one.xds().getNonceSent() + " " + sent
                + "; acknowledged "
                + (one.xds().getNonceAcked() == null ? "nothing" : one.xds().getNonceAcked());
    }

    /** The one value that all have, if so. */
    private static Optional<String> same(List<Stale> stale, Function<Stale, String> property) {
        Set<String> values = stale.stream().map(property).collect(Collectors.toSet());
        return values.size() == 1 ? Optional.of(values.iterator().next()) : Optional.empty();
    }

    /** The node that all run on; empty when there are several, or a proxy's pod is not known here. */
    private static Optional<String> node(ClusterView view, List<Stale> stale) {
        Map<String, String> nodes = view.rows(Workload.class).stream()
                .filter(r -> r.fact().getNode() != null)
                .collect(Collectors.toMap(
                        r -> r.fact().getNamespace() + "/" + r.fact().getName() + "@" + r.clusterId(),
                        r -> r.fact().getNode(),
                        (a, b) -> a));
        return same(stale, s -> nodes.getOrDefault(s.of().proxy(), "")).filter(n -> !n.isEmpty());
    }

    private record Stale(ProxyType of, Instant since) {}
}
