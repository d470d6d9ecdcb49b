package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.Gateway;
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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * NET-05: the labels of one cluster name different networks: istiod's namespace, the gateways, the pods.
 *
 * <p>Single pods may be in another network on purpose; that most of them are is a label that was changed in one place only.
 */
public final class NetworkLabelContradicts implements Detector<ClusterView> {
    /**
     * @param podShare share of the pods with a network label that must name another network than the cluster's: a half, because pods labelled on
     *     purpose are few, and a rolling restart after a change of the label passes the half in minutes
     */
    public record Thresholds(double podShare) {
        static final Thresholds DEFAULT = new Thresholds(0.5);
    }

    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "NET-05",
            "NetworkLabelContradicts",
            1,
            Rule.Level.CLUSTER,
            Severity.CRITICAL,
            "Labels of a cluster name different networks",
            "istiod takes a cluster's network from the label topology.istio.io/network of its own namespace, a gateway's from the label of the gateway's"
                    + " Service, a pod's from the pod. Where they differ, endpoints are in a network without a gateway, or are taken for local ones:"
                    + " proxies call addresses that they cannot reach.",
            "Correct the label that is wrong, then restart istiod and the pods.",
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Set.of(Gateway.class, Workload.class),
            List.of(
                    new Rule.Edge(
                            "EPT-03",
                            Rule.JoinOn.TOWARDS,
                            "endpoints and gateways that are labelled with different networks do not find each other"),
                    new Rule.Edge(
                            "NET-01",
                            Rule.JoinOn.CLUSTER,
                            "a gateway that is labelled with another network does not lead into the cluster's")));

    private final Thresholds thresholds;

    public NetworkLabelContradicts() {
        this(Thresholds.DEFAULT);
    }

    public NetworkLabelContradicts(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        String network = view.cluster().getNetwork();
        List<Row<Gateway>> gateways = view.rows(Gateway.class);
        List<Row<Workload>> labelled = view.rows(Workload.class).stream()
                .filter(row -> row.fact().getNetwork() != null)
                .toList();
        if (network == null) {
            return Stream.empty();
        }
        List<Row<Workload>> elsewhere = labelled.stream()
                .filter(row -> !row.fact().getNetwork().equals(network))
                .toList();
        boolean gatewaysContradict = !gateways.isEmpty()
                && gateways.stream().noneMatch(row -> row.fact().getNetwork().equals(network));
        boolean podsContradict = !elsewhere.isEmpty() && elsewhere.size() >= thresholds.podShare() * labelled.size();
        return gatewaysContradict || podsContradict
                ? Stream.of(
                        judge(view, gatewaysContradict ? gateways : List.of(), podsContradict ? elsewhere : List.of()))
                : Stream.empty();
    }

    private static Verdict judge(ClusterView view, List<Row<Gateway>> gateways, List<Row<Workload>> pods) {
        ClusterSummary cluster = view.cluster();
        String id = cluster.getClusterId();
        String network = cluster.getNetwork();
        String others = Stream.concat(
                        gateways.stream().map(row -> row.fact().getNetwork()),
                        pods.stream().map(row -> row.fact().getNetwork()))
                .distinct()
                .sorted()
                .limit(5)
                .collect(Collectors.joining(", "));
        String who = Stream.of(gateways.isEmpty() ? "" : "gateways", pods.isEmpty() ? "" : "pods")
                .filter(s -> !s.isEmpty())
                .collect(Collectors.joining(" and "));

        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster), Doubts.about(cluster, "resources", "services", "pods"))
                .severity(gateways.isEmpty() ? Severity.HIGH : Severity.CRITICAL)
                .title("Cluster " + id + " is in network " + network + ", but its " + who + " say " + others)
                .description(
                        "The namespace of istiod is labelled topology.istio.io/network=" + network + ".",
                        gateways.isEmpty() ? "" : "No gateway of the cluster leads into that network.",
                        pods.isEmpty() ? "" : pods.size() + " pod(s) are labelled with another one.",
                        "Other clusters take endpoints here for local ones or find no gateway to them.")
                .scope(Scopes.of(view, cluster))
                .affected(
                        1,
                        0,
                        pods.size(),
                        Stream.concat(
                                        gateways.stream()
                                                .map(row -> row.fact().getNamespace() + "/"
                                                        + row.fact().getName()),
                                        pods.stream()
                                                .map(row -> row.fact().getNamespace() + "/"
                                                        + row.fact().getName()))
                                .toList());
        if (gateways.isEmpty()) {
            verdict.subject("Namespace", "", istiodNamespace(cluster), cluster);
        } else {
            Gateway gateway = gateways.get(0).fact();
            verdict.subject("Service", gateway.getNamespace(), gateway.getName(), cluster);
        }
        verdict.evidence(
                cluster,
                "ClusterProfile",
                "Namespace " + istiodNamespace(cluster),
                "topology.istio.io/network=" + network);
        gateways.stream().limit(SHOWN).forEach(row -> verdict.evidence(row, Networks.describe(row.fact())));
        pods.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(
                        row, "topology.istio.io/network=" + row.fact().getNetwork()));
        verdict.step(
                "Which name is right? See what the namespaces say.",
                "kubectl " + context(cluster) + " get namespaces --label-columns=topology.istio.io/network");
        gateways.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.step(
                        "The namespace's is right: correct the gateway's label.",
                        kubectl(cluster, row.fact().getNamespace()) + " label service "
                                + quote(row.fact().getName()) + " topology.istio.io/network=" + quote(network)
                                + " --overwrite"));
        if (!pods.isEmpty()) {
            verdict.step(
                    "The namespace's is right: restart the pods, whose label the injector writes.",
                    kubectl(cluster, pods.get(0).fact().getNamespace()) + " rollout restart deployment");
        }
        return verdict.step("The namespace's was wrong: label it, and restart istiod.", restartIstiod(cluster))
                .build();
    }
}
