package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;

import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * RMT-10: an istiod's metric on remote clusters says otherwise than its debug page.
 *
 * <p>Both are of one process, so one of them is wrong; as in all 1.29.x, where the metric says timeout of every healthy cluster (istio/istio#60082). One
 * finding per version: it is a fault of the build, not of the fleet.
 */
public final class SyncStatusContradicted implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "RMT-10",
            "SyncStatusContradicted",
            1,
            Rule.Level.MESH,
            Severity.LOW,
            "istiod's metric and its debug page disagree on remote clusters",
            "istiod tells whether it is in sync with a remote cluster by the metric istiod_remote_cluster_sync_status and by the page /debug/clusterz. Where they"
                    + " disagree, alerts and dashboards that rest on the metric are wrong, or blind.",
            "Trust the debug page and the errors in istiod's log; do not alert on the metric with this version.",
            // A first sync is told by the one a little before the other.
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Set.of(IstiodInstance.class, RemoteClusterStatus.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, List<Contradiction>> byVersion = view.clusters().stream()
                .flatMap(cluster -> contradictions(view, cluster))
                .collect(Collectors.groupingBy(Contradiction::version, TreeMap::new, Collectors.toList()));
        return byVersion.entrySet().stream().map(e -> judge(view, e.getKey(), e.getValue()));
    }

    private static Stream<Contradiction> contradictions(MeshView view, ClusterSummary cluster) {
        // Both rows end with their istiod: a pair is of one living process.
        Map<String, Row<IstiodInstance>> metrics = view.rows(IstiodInstance.class, cluster).stream()
                .collect(Collectors.toMap(
                        row -> row.fact().getNamespace() + "/" + row.fact().getName(), Function.identity()));
        return view.rows(RemoteClusterStatus.class, cluster).stream().flatMap(page -> {
            Row<IstiodInstance> metric =
                    metrics.get(page.fact().getNamespace() + "/" + page.fact().getIstiod());
            return metric == null
                    ? Stream.empty()
                    : page.fact().getClusters().stream()
                            .filter(known -> known.getSecretName() != null)
                            .flatMap(known -> contradiction(cluster, metric, page, known));
        });
    }

    private static Stream<Contradiction> contradiction(
            ClusterSummary cluster,
            Row<IstiodInstance> metric,
            Row<RemoteClusterStatus> page,
            RegisteredCluster known) {
        String prefix = known.getClusterId() + "/";
        List<String> told = metric.fact().getRemoteSyncStatus().stream()
                .map(NamedCount::getName)
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .toList();
        boolean agree = told.isEmpty() || told.contains(known.getState().name().toLowerCase(Locale.ROOT));
        return agree ? Stream.empty() : Stream.of(new Contradiction(cluster, metric, page, known, told));
    }

    private static Verdict judge(MeshView view, String version, List<Contradiction> all) {
        Believed<Contradiction> believed = Believed.of(all, Contradiction::cluster);
        List<Contradiction> shown = believed.reports();
        List<String> clusters = shown.stream()
                .map(c -> c.cluster().getClusterId())
                .distinct()
                .sorted()
                .toList();
        long istiods = shown.stream().map(c -> c.page().key()).distinct().count();
        ClusterSummary first = shown.get(0).cluster();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "version:" + version, believed.missing())
                .title(istiods + " istiod(s) of version " + version + " contradict themselves on remote clusters")
                .description(
                        "Metric and /debug/clusterz disagree on " + shown.size() + " remote cluster(s) of " + istiods
                                + " istiod(s) in " + String.join(", ", clusters) + ".",
                        version.startsWith("1.29.")
                                ? "Known of all 1.29.x: the metric says timeout of healthy clusters (istio/istio#60082)."
                                : "The page shows the state itself.")
                .scope(Scope.newBuilder()
                        .setMesh(view.mesh())
                        .setClusters(clusters)
                        .build())
                .subject("Deployment", "istio-system", "istiod", first)
                .affected(clusters.size(), 0, 0, clusters);
        shown.stream().limit(5).forEach(c -> verdict.evidence(
                        c.metric(), "metric: " + c.known().getClusterId() + " is " + String.join(", ", c.told()))
                .evidence(
                        c.page(),
                        "page: " + c.known().getClusterId() + " is "
                                + c.known().getState().name().toLowerCase(Locale.ROOT)));
        return verdict.step("See the page of every istiod.", "istioctl remote-clusters " + context(first))
                .step("Take istiod_remote_cluster_sync_status out of alerts until istiod is of another version.")
                .step("Upgrade istiod; 1.30.0 has the metric right.")
                .build();
    }

    /**
     * One istiod's two words on one remote cluster.
     *
     * @param told states that the metric gives the value 1
     */
    private record Contradiction(
            ClusterSummary cluster,
            Row<IstiodInstance> metric,
            Row<RemoteClusterStatus> page,
            RegisteredCluster known,
            List<String> told) {
        String version() {
            String version = metric.fact().getVersion();
            return version == null ? "unknown" : version;
        }
    }
}
