package io.meshdiag.processor.detect.xds;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.ControlPlane;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.Workload;
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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * XDS-02: pods run a sidecar that no istiod of their cluster lists. Of virtual machines this is VMS-05.
 *
 * <p>Only of clusters with their own istiod, and of pods that one of its revisions injected: a remote's proxies are listed elsewhere. All replicas must
 * have been read. In an archive the replicas were asked one after the other, and a proxy that moved between them is listed by none: there the pod itself
 * must show that it does not get through.
 */
public final class ProxyNotConnected implements Detector<ClusterView> {
    /**
     * Numbers that people may change.
     *
     * @param starting how old a pod must be: one that starts is not connected yet
     * @param stillFailing how long after a failure in a proxy's log it counts
     */
    public record Thresholds(Duration starting, Duration stillFailing) {
        static final Thresholds DEFAULT = new Thresholds(Duration.ofMinutes(5), Duration.ofMinutes(15));
    }

    private static final Rule RULE = new Rule(
            "XDS-02",
            "ProxyNotConnected",
            1,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "Proxies run and are connected to no istiod",
            "A proxy that lost istiod goes on with the configuration that it had: it calls endpoints that are gone, and after a day it has no certificate any"
                    + " more. One that starts without it never becomes ready.",
            "See what the proxies say about their connection: the address that they were given, certificates, port 15012.",
            // A proxy moves to another replica every half hour, and may be missing between two looks.
            Duration.ofMinutes(3),
            Duration.ofMinutes(1),
            Set.of(Workload.class, ProxyStatus.class, ClusterProfile.class, LogSignals.class),
            List.of());

    private final Thresholds thresholds;

    public ProxyNotConnected() {
        this(Thresholds.DEFAULT);
    }

    public ProxyNotConnected(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        Set<String> revisions = view.rows(ClusterProfile.class).stream()
                .flatMap(row -> row.fact().getControlPlanes().stream())
                .map(ControlPlane::getRevision)
                .collect(Collectors.toSet());
        Set<String> listed = view.rows(ProxyStatus.class).stream()
                .map(row -> row.fact().getNamespace() + "/" + row.fact().getName())
                .collect(Collectors.toSet());
        Set<String> failing = failing(view);
        boolean singleLook = view.cluster().getMode() == CollectorMode.ARCHIVE;
        List<Row<Workload>> absent = view.rows(Workload.class).stream()
                .filter(row -> expected(row.fact(), revisions, view.asOf()) && !listed.contains(name(row)))
                .filter(row -> !singleLook
                        || failing.contains(name(row))
                        || Boolean.FALSE.equals(row.fact().getProxyReady()))
                .toList();
        return absent.isEmpty() ? Stream.empty() : Stream.of(judge(view, absent, failing));
    }

    /** Whether a pod should be connected here by now. */
    private boolean expected(Workload pod, Set<String> revisions, Instant now) {
        return pod.getHasProxy()
                && pod.getPhase().equals("Running")
                && pod.getRevision() != null
                && revisions.contains(pod.getRevision())
                && pod.getCreatedAt() != null
                && pod.getCreatedAt().plus(thresholds.starting()).isBefore(now);
    }

    /** Proxies whose log shows lately that they do not get through. */
    private Set<String> failing(ClusterView view) {
        return view.rows(LogSignals.class).stream()
                .filter(row -> row.fact().getComponent().equals("proxy"))
                .filter(row -> row.fact().getSignals().stream()
                        .filter(signal -> signal.getSignature().startsWith("proxy.xds.connect.")
                                || signal.getSignature().startsWith("proxy.xds.terminated.")
                                || signal.getSignature().startsWith("proxy.xds.no-"))
                        .anyMatch(signal -> !signal.getLastAt()
                                .plus(thresholds.stillFailing())
                                .isBefore(view.asOf())))
                .map(row -> row.fact().getNamespace() + "/" + row.fact().getInstance())
                .collect(Collectors.toSet());
    }

    private static String name(Row<Workload> row) {
        return row.fact().getNamespace() + "/" + row.fact().getName();
    }

    private static Verdict judge(ClusterView view, List<Row<Workload>> absent, Set<String> failing) {
        ClusterSummary cluster = view.cluster();
        Workload first = absent.get(0).fact();
        List<String> nodes = absent.stream()
                .map(row -> String.valueOf(row.fact().getNode()))
                .distinct()
                .toList();
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster), Doubts.aboutAbsence(cluster, "syncz"))
                .title(absent.size() + " proxies of cluster " + cluster.getClusterId() + " are connected to no istiod")
                .description(
                        absent.size() + " pod(s) in " + cluster.getClusterId()
                                + " run a sidecar, and no replica of istiod lists them.",
                        absent.size() > 1 && nodes.size() == 1 ? "All are on node " + nodes.get(0) + "." : "",
                        "They work with the configuration that they had.")
                .scope(Scopes.of(view, cluster))
                .subject(
                        absent.size() == 1 ? "Pod" : "Cluster",
                        absent.size() == 1 ? first.getNamespace() : "",
                        absent.size() == 1 ? first.getName() : cluster.getClusterId(),
                        cluster)
                .affected(
                        1,
                        0,
                        absent.size(),
                        absent.stream().map(ProxyNotConnected::name).toList());
        absent.stream()
                .limit(8)
                .forEach(row -> verdict.evidence(
                        row,
                        name(row) + " on node " + row.fact().getNode() + ": in no istiod's list"
                                + (failing.contains(name(row)) ? "; its log shows failing connections" : "")));
        return verdict.step("See whether it is still so.", "istioctl proxy-status " + context(cluster))
                .step(
                        "See what a proxy says about its connection.",
                        kubectl(cluster, first.getNamespace()) + " logs " + quote(first.getName())
                                + " --container=istio-proxy --since=1h | grep xdsproxy")
                .step(
                        "One of them alone: restart it.",
                        kubectl(cluster, first.getNamespace()) + " delete pod " + quote(first.getName()))
                .build();
    }
}
