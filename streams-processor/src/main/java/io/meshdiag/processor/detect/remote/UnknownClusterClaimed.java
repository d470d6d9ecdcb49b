package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.LogSignals;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * RMT-05: proxies of another cluster connect to an istiod that cannot have their tokens reviewed there.
 *
 * <p>One finding for the istiods of a cluster and the cluster that the proxies claim to be in, whatever the number of proxies.
 */
public final class UnknownClusterClaimed implements Detector<MeshView> {
    /** The claim has no client for its cluster, or that cluster's API server does not vouch for the token. */
    static final Set<String> SIGNATURES = Set.of("istiod.authn.unknown-cluster", "istiod.authn.token-refused");

    private static final Rule RULE = new Rule(
            "RMT-05",
            "UnknownClusterClaimed",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "istiods cannot authenticate the proxies of another cluster",
            "A proxy tells istiod which cluster it is in, and istiod asks that cluster's API server to review its token. Without a working remote secret under"
                    + " exactly that id nobody can be asked: the proxies get neither certificates nor configuration, and new ones do not become ready.",
            "Create a remote secret for the id that the proxies claim, or correct the id that they were given.",
            Duration.ZERO,
            Duration.ofMinutes(2),
            Set.of(LogSignals.class),
            List.of(
                    new Rule.Edge(
                            "XDS-02",
                            Rule.JoinOn.TARGET,
                            "istiod refuses proxies whose tokens it cannot have reviewed"),
                    new Rule.Edge(
                            "VMS-05",
                            Rule.JoinOn.TARGET,
                            "istiod refuses virtual machines whose tokens it cannot have reviewed")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        return view.clusters().stream().flatMap(observer -> {
            Map<String, List<Complaint>> byClaim = Complaint.of(view, observer, SIGNATURES).stream()
                    .collect(Collectors.groupingBy(Complaint::target, TreeMap::new, Collectors.toList()));
            return byClaim.entrySet().stream()
                    .map(e -> judge(view, observer, Target.of(view, e.getKey()), e.getValue()));
        });
    }

    private static Verdict judge(MeshView view, ClusterSummary observer, Target claimed, List<Complaint> complaints) {
        String at = observer.getClusterId();
        boolean linked = observer.getLinkedTo().contains(claimed.id());
        long refused = complaints.stream().mapToLong(c -> c.signal().getCount()).sum();
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, claimed.keyFrom(observer), Doubts.about(observer))
                .title("istiods in " + at + " cannot authenticate proxies of cluster " + claimed.id())
                .description(
                        refused + " time(s) a proxy claimed to be in " + claimed.id() + " and was refused.",
                        linked
                                ? at
                                        + " knows a cluster of that id, but its API server does not vouch for these tokens."
                                : at + " knows no cluster of that id.",
                        "Those proxies get no certificates and no configuration.")
                .scope(claimed.seenFrom(view, observer))
                .subject("Secret", "istio-system", "istio-remote-secret-" + claimed.id(), observer)
                .affected(1, 0, 0, List.of(claimed.id()))
                .since(complaints.stream().map(c -> c.signal().getFirstAt()).min(Instant::compareTo));
        complaints.forEach(c -> verdict.evidence(c.row(), c.text()));
        return verdict.step(
                        "See which clusters istiod in " + at + " knows, and under which ids.",
                        "istioctl remote-clusters " + context(observer))
                .step("The id is right: create the remote secret for it.", claimed.createSecret(observer))
                .step(
                        "The id is wrong: find the proxies that were given it, correct ISTIO_META_CLUSTER_ID"
                                + " (global.multiCluster.clusterName; cluster.env of a virtual machine), and restart them.",
                        kubectlAtIstiod(observer) + " logs --selector=app=istiod --since=10m | grep "
                                + quote("in cluster \"" + claimed.id() + "\""))
                .build();
    }
}
