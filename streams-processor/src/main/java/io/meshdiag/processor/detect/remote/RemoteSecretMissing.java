package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.RegisteredCluster;
import io.meshdiag.fact.RemoteClusterStatus;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.fact.RemoteSyncState;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * RMT-01: of two primaries only one may read the other.
 *
 * <p>Asymmetry is the sign: that no access exists at all may be meant so. Access counts when a secret or istiod's own list names the other
 * cluster; whether the access works is a different question.
 */
public final class RemoteSecretMissing implements Detector<MeshView> {
    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "RMT-01",
            "RemoteSecretMissing",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "A primary cluster has no remote secret for another one that has one for it",
            "istiod learns the endpoints of another cluster from that cluster's API server, and finds the way there in a remote secret. One"
                    + " primary has such a secret for the other, but not the other way round: services there are reached from one side only.",
            "Create the remote secret in the missing direction.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(RemoteSecret.class, RemoteClusterStatus.class),
            List.of(
                    new Rule.Edge(
                            "EPT-01",
                            Rule.JoinOn.PAIR,
                            "without a remote secret istiod cannot read the endpoints of that cluster"),
                    new Rule.Edge(
                            "EPT-12",
                            Rule.JoinOn.PAIR,
                            "without a remote secret istiod cannot read the endpoints of that cluster")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, Access> byId = new TreeMap<>();
        for (ClusterSummary cluster : view.clusters()) {
            // A link names a cluster by id only: with two of one id nobody knows who is meant.
            if (cluster.getPrimary() && view.cluster(cluster.getClusterId()).isPresent()) {
                byId.put(cluster.getClusterId(), new Access(view, cluster));
            }
        }
        return byId.values().stream().flatMap(target -> target.reached.keySet().stream()
                .map(byId::get)
                .filter(lacking -> lacking != null && lacking != target)
                .filter(lacking -> !lacking.reached.containsKey(target.cluster.getClusterId()))
                .map(lacking -> judge(view, lacking, target)));
    }

    private static Verdict judge(MeshView view, Access lacking, Access target) {
        ClusterSummary from = lacking.cluster;
        ClusterSummary to = target.cluster;
        String fromId = from.getClusterId();
        String toId = to.getClusterId();
        String create = "istioctl create-remote-secret " + context(to) + " --name=" + quote(toId) + namespaceOption(to)
                + " | kubectl apply --filename=- " + context(from);
        String secret = "istio-remote-secret-" + toId;

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(from, to), missing(lacking, to))
                .title("Cluster " + fromId + " has no remote secret for cluster " + toId)
                .description(
                        toId + " has access to " + fromId + ", but " + fromId + " has none to " + toId + ".",
                        "istiod in " + fromId + " does not see endpoints in " + toId + ": workloads in " + fromId
                                + " reach only endpoints of other clusters, and requests fail where " + toId
                                + " is the only one.")
                .scope(Scopes.of(view, from, to))
                .subject("Secret", istiodNamespace(from), secret, from)
                .affected(1, 0, 0, List.of(fromId));
        lacking.statuses.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(
                        row,
                        "istiod " + row.fact().getIstiod() + " is registered with " + listed(row.fact()) + "; not with "
                                + toId));
        if (lacking.statuses.isEmpty()) {
            String keys = lacking.secrets.stream()
                    .map(r -> r.fact().getClusterKey())
                    .distinct()
                    .collect(Collectors.joining(", "));
            verdict.evidence(
                    from,
                    "RemoteSecret",
                    "label istio/multiCluster=true",
                    fromId + " has remote secrets for: " + (keys.isEmpty() ? "no cluster" : keys));
        }
        verdict.evidence(
                target.reached.get(fromId),
                toId + " has access to " + fromId + ", so both are meant to know each other");
        return verdict.step("Create the remote secret for " + toId + " in " + fromId + ".", create)
                .step(
                        "Check: istiod lists " + toId + " as synced within a minute.",
                        "istioctl remote-clusters " + context(from) + namespaceOption(from))
                .step("If the address of " + toId + "'s API server is not reachable from " + fromId
                        + ", give --server=https://<address> when creating the secret.")
                .build();
    }

    private static String namespaceOption(ClusterSummary cluster) {
        String namespace = istiodNamespace(cluster);
        return namespace.equals("istio-system") ? "" : " --istioNamespace=" + quote(namespace);
    }

    private static String listed(RemoteClusterStatus status) {
        return status.getClusters().stream()
                .limit(20)
                .map(c -> c.getClusterId() + " (" + c.getState() + ")")
                .collect(Collectors.joining(", "));
    }

    private static List<String> missing(Access lacking, ClusterSummary target) {
        List<String> missing = new ArrayList<>(Doubts.about(lacking.cluster));
        missing.addAll(Doubts.about(target));
        if (!lacking.wasRead()) {
            missing.add(
                    "cluster " + lacking.cluster.getClusterId()
                            + ": neither istiod's list of clusters (/debug/clusterz) nor names of remote secrets could be read");
        }
        return missing;
    }

    /** Which clusters one cluster may read, by id, with the fact that says so. */
    private static final class Access {
        final ClusterSummary cluster;
        final List<Row<RemoteSecret>> secrets;
        final List<Row<RemoteClusterStatus>> statuses;
        final Map<String, Row<?>> reached = new TreeMap<>();

        Access(MeshView view, ClusterSummary cluster) {
            this.cluster = cluster;
            this.secrets = view.rows(RemoteSecret.class, cluster);
            this.statuses = view.rows(RemoteClusterStatus.class, cluster);
            for (Row<RemoteSecret> row : secrets) {
                reached.putIfAbsent(row.fact().getClusterKey(), row);
            }
            for (Row<RemoteClusterStatus> row : statuses) {
                for (RegisteredCluster known : row.fact().getClusters()) {
                    // CLOSED: its secret is gone, istiod has not forgotten it yet.
                    if (known.getState() != RemoteSyncState.CLOSED) {
                        reached.putIfAbsent(known.getClusterId(), row);
                    }
                }
            }
        }

        /** A list that names nobody is proof only when it was read. */
        boolean wasRead() {
            boolean secretsRead = !secrets.isEmpty() || Doubts.read(cluster, "secrets");
            return secretsRead || !statuses.isEmpty();
        }
    }
}
