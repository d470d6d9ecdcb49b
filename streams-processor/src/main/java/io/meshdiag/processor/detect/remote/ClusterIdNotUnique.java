package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * RMT-06: ids that do not stand for one cluster each: two clusters with one id, one cluster with two, two remote secrets for one id, or Istio's default.
 *
 * <p>The uid of the namespace kube-system tells clusters apart. A cluster that was built anew under its old id is not the old one with a double: the
 * old one's collector is silent, and then nothing is concluded.
 */
public final class ClusterIdNotUnique implements Detector<MeshView> {
    private static final String DEFAULT = "Kubernetes";

    private static final Rule RULE = new Rule(
            "RMT-06",
            "ClusterIdNotUnique",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "A cluster id does not stand for exactly one cluster",
            "istiod tells clusters apart by their ids alone: endpoints, localities, metrics and the identity of proxies go by them. Of two clusters with one"
                    + " id it reads one and ignores the other, or takes the endpoints of one for those of the other.",
            "Give each cluster an id of its own (global.multiCluster.clusterName), restart its istiod and proxies, and create its remote secrets anew under"
                    + " that name.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(RemoteSecret.class),
            List.of(new Rule.Edge(
                    "RMT-05",
                    Rule.JoinOn.TOWARDS,
                    "istiod cannot review tokens of a cluster that it does not read, because another one has its id")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<ClusterSummary> clusters = view.clusters().stream()
                .filter(c -> !c.getClusterUid().isEmpty())
                .toList();
        Map<String, List<ClusterSummary>> byId =
                clusters.stream().collect(groupingBy(ClusterSummary::getClusterId, TreeMap::new, toList()));
        Map<String, List<ClusterSummary>> byUid =
                clusters.stream().collect(groupingBy(ClusterSummary::getClusterUid, TreeMap::new, toList()));
        return Stream.of(
                        byId.entrySet().stream()
                                .filter(e -> e.getValue().size() > 1)
                                .map(e -> shared(view, e.getKey(), e.getValue())),
                        byUid.entrySet().stream()
                                .filter(e -> e.getValue().size() > 1)
                                .map(e -> twoIds(view, e.getKey(), e.getValue())),
                        byId.getOrDefault(DEFAULT, List.of()).stream()
                                .filter(c -> c.getPrimary() && byId.get(DEFAULT).size() == 1 && byUid.size() > 1)
                                .map(c -> unnamed(view, c)),
                        clusters.stream().flatMap(c -> doubleSecrets(view, c)))
                .flatMap(verdicts -> verdicts);
    }

    private static Verdict shared(MeshView view, String id, List<ClusterSummary> clusters) {
        String uids = clusters.stream().map(ClusterSummary::getClusterUid).collect(joining(", "));
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "id:" + id, missing(clusters))
                .title(clusters.size() + " clusters have the id " + id)
                .description(
                        "Clusters with these uids of the namespace kube-system call themselves " + id + ": " + uids
                                + ".",
                        "Their peers read only one of them, and take what they see of the other for it.")
                .scope(scope(view, List.of(id)))
                .subject("Cluster", "", id, clusters.get(0))
                .affected(clusters.size(), 0, 0, List.of(id));
        clusters.forEach(c -> verdict.evidence(
                c,
                "ClusterProfile",
                c.getClusterUid(),
                "kube-system " + c.getClusterUid() + " has the cluster id " + id));
        return rename(
                verdict.step(
                        "Find out which is which: compare the uid in each of your contexts.",
                        "kubectl get namespace kube-system --output=jsonpath='{.metadata.uid}'"),
                clusters.get(0));
    }

    private static Verdict twoIds(MeshView view, String uid, List<ClusterSummary> clusters) {
        List<String> ids = clusters.stream()
                .map(ClusterSummary::getClusterId)
                .distinct()
                .sorted()
                .toList();
        ClusterSummary first = clusters.get(0);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "uid:" + uid, missing(clusters))
                .title("One cluster goes by " + ids.size() + " ids: " + String.join(", ", ids))
                .description(
                        "The cluster whose namespace kube-system has the uid " + uid + " is called "
                                + String.join(" and ", ids) + ".",
                        "Peers count its endpoints twice or not at all, and proxies under the one id are strangers to istiods that know the other.")
                .scope(scope(view, ids))
                .subject("Cluster", "", first.getClusterId(), first)
                .affected(1, 0, 0, ids);
        clusters.forEach(c -> verdict.evidence(
                c, "ClusterProfile", c.getClusterId(), "kube-system " + uid + " is " + c.getClusterId()));
        return rename(verdict.step("See which id each istiod and collector there was given.", showId(first)), first);
    }

    private static Verdict unnamed(MeshView view, ClusterSummary cluster) {
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "id:" + DEFAULT, missing(List.of(cluster)))
                .severity(Severity.MEDIUM)
                .title("A cluster of a mesh of several has Istio's default id " + DEFAULT)
                .description(
                        "Nobody gave the cluster with the uid " + cluster.getClusterUid() + " a name.",
                        "The next cluster that is installed without one has the same id; then both are mixed up.")
                .scope(scope(view, List.of(DEFAULT)))
                .subject("Cluster", "", DEFAULT, cluster)
                .affected(1, 0, 0, List.of(DEFAULT))
                .evidence(cluster, "ClusterProfile", DEFAULT, "cluster id " + DEFAULT);
        return rename(verdict.step("See what istiod was given as CLUSTER_ID.", showId(cluster)), cluster);
    }

    /** istiod registers the first of two secrets for one id. Control planes in different namespaces have their own secrets. */
    private static Stream<Verdict> doubleSecrets(MeshView view, ClusterSummary observer) {
        Map<String, List<Row<RemoteSecret>>> byKey = view.rows(RemoteSecret.class, observer).stream()
                .collect(groupingBy(
                        row -> row.fact().getNamespace() + "/" + row.fact().getClusterKey(), TreeMap::new, toList()));
        return byKey.values().stream().filter(rows -> rows.size() > 1).map(rows -> {
            RemoteSecret first = rows.get(0).fact();
            String id = first.getClusterKey();
            String names = rows.stream().map(row -> row.fact().getName()).collect(joining(", "));
            VerdictBuilder verdict = VerdictBuilder.verdict(
                            RULE,
                            "id:" + id + "|" + Target.of(view, id).keyFrom(observer) + "|" + first.getNamespace(),
                            Doubts.about(observer))
                    .severity(Severity.HIGH)
                    .title("Cluster " + observer.getClusterId() + " has " + rows.size() + " remote secrets for the id "
                            + id)
                    .description(
                            "The secrets " + names + " in namespace " + first.getNamespace() + " all hold the key " + id
                                    + ".",
                            "istiod takes the one that it sees first and ignores the others (\"cluster has already been registered\").")
                    .scope(Target.of(view, id).seenBy(view, List.of(observer.getClusterId())))
                    .subject("Secret", first.getNamespace(), first.getName(), observer)
                    .affected(1, 0, 0, List.of(observer.getClusterId()));
            rows.forEach(row -> verdict.evidence(
                    row,
                    "key " + id + ", server "
                            + (row.fact().getServerHost() == null
                                    ? "not visible"
                                    : row.fact().getServerHost())));
            return verdict.step(
                            "See what they hold, and delete the one that is not meant.",
                            "kubectl " + context(observer) + " --namespace=" + quote(first.getNamespace())
                                    + " describe secret "
                                    + rows.stream()
                                            .map(row -> quote(row.fact().getName()))
                                            .collect(joining(" ")))
                    .build();
        });
    }

    private static Verdict rename(VerdictBuilder verdict, ClusterSummary cluster) {
        return verdict.step(
                        "Give it an id of its own and restart istiod; proxies follow when they are restarted.",
                        "istioctl upgrade " + context(cluster) + " --istioNamespace=" + quote(istiodNamespace(cluster))
                                + " --set values.global.multiCluster.clusterName=<new id>")
                .step("In every peer delete the remote secret under the old id, and create one under the new.")
                .build();
    }

    private static String showId(ClusterSummary cluster) {
        return kubectlAtIstiod(cluster)
                + " get pods --selector=app=istiod --output=jsonpath='{range .items[*]}{.metadata.name}{\" \"}"
                + "{.spec.containers[0].env[?(@.name==\"CLUSTER_ID\")].value}{\"\\n\"}{end}'";
    }

    private static Scope scope(MeshView view, List<String> ids) {
        return Scope.newBuilder().setMesh(view.mesh()).setClusters(ids).build();
    }

    /** Two that can be believed are enough to see a double. */
    private static List<String> missing(List<ClusterSummary> clusters) {
        long credible = clusters.stream().filter(c -> Doubts.about(c).isEmpty()).count();
        List<String> missing = new ArrayList<>();
        if (credible < Math.min(2, clusters.size())) {
            clusters.forEach(c -> missing.addAll(Doubts.about(c)));
        }
        return missing;
    }
}
