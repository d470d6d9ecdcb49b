package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.context;

import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * EPT-11: linked clusters of one network give their pods addresses of the same block.
 *
 * <p>Judged by the blocks that Kubernetes assigned to the nodes, which not every network plug-in uses: hence not quite sure. Clusters without a
 * network label are all in one network, as istiod takes them to be.
 */
public final class PodCidrsOverlap implements Detector<MeshView> {
    private static final int SHOWN = 10;

    private static final Rule RULE = new Rule(
            "EPT-11",
            "PodCidrsOverlap",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "Clusters of one network have overlapping pod addresses",
            "Within one network proxies call pods of all clusters by their addresses. Where two clusters use the same addresses, a request reaches whatever"
                    + " pod has the address nearby: identities do not match, and requests fail or go to a stranger.",
            "Put the clusters into different networks with an east-west gateway each, or give one of them other addresses.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(),
            List.of());

    /** A block of one cluster. */
    private record Block(ClusterSummary cluster, Cidr cidr) {}

    /** Two clusters, each with the block that lies in the other's. */
    private record Clash(Block one, Block other) {
        Stream<ClusterSummary> clusters() {
            return Stream.of(one.cluster(), other.cluster());
        }

        String describe() {
            return one.cluster().getClusterId() + " " + one.cidr().text() + " and "
                    + other.cluster().getClusterId() + " " + other.cidr().text();
        }
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Map<String, List<ClusterSummary>> byNetwork = view.clusters().stream()
                .collect(Collectors.groupingBy(
                        c -> c.getNetwork() == null ? "" : c.getNetwork(), TreeMap::new, Collectors.toList()));
        return byNetwork.entrySet().stream().flatMap(e -> judge(view, e.getKey(), clashes(e.getValue())));
    }

    /** One for each pair of linked clusters: sorted by their beginnings, blocks that overlap stand together. */
    private static List<Clash> clashes(List<ClusterSummary> clusters) {
        List<Block> blocks = clusters.stream()
                .flatMap(c -> c.getPodCidrs().stream()
                        .flatMap(text -> Cidr.of(text).stream().map(cidr -> new Block(c, cidr))))
                .sorted(Comparator.comparing((Block b) -> b.cidr().bits())
                        .thenComparing(b -> b.cidr().first())
                        .thenComparing(b -> b.cluster().getClusterId()))
                .toList();
        Map<String, Clash> byPair = new TreeMap<>();
        List<Block> open = new ArrayList<>();
        for (Block block : blocks) {
            open.removeIf(before -> !before.cidr().overlaps(block.cidr()));
            open.stream()
                    .filter(before -> linked(before.cluster(), block.cluster()))
                    .forEach(before -> byPair.putIfAbsent(pair(before, block), new Clash(before, block)));
            open.add(block);
        }
        return List.copyOf(byPair.values());
    }

    private static boolean linked(ClusterSummary a, ClusterSummary b) {
        return !a.getClusterId().equals(b.getClusterId())
                && (a.getLinkedTo().contains(b.getClusterId())
                        || b.getLinkedTo().contains(a.getClusterId()));
    }

    private static String pair(Block a, Block b) {
        return Stream.of(a, b)
                .map(block -> block.cluster().getClusterId())
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    private static Stream<Verdict> judge(MeshView view, String network, List<Clash> clashes) {
        if (clashes.isEmpty()) {
            return Stream.empty();
        }
        List<ClusterSummary> clusters =
                clashes.stream().flatMap(Clash::clusters).distinct().toList();
        List<String> ids = clusters.stream()
                .map(ClusterSummary::getClusterId)
                .distinct()
                .sorted()
                .toList();
        List<String> missing = new ArrayList<>();
        clusters.forEach(c -> missing.addAll(Doubts.about(c, "nodes")));
        String name = network.isEmpty() ? "the mesh's only network" : "network " + network;
        ClusterSummary first = clashes.get(0).one().cluster();

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "network|" + network, missing)
                .confidence(0.8)
                .title("Pod addresses of " + String.join(", ", ids) + " overlap in " + name)
                .description(
                        clashes.size() + " pair(s) of clusters use the same addresses: "
                                + clashes.get(0).describe() + ".",
                        "They are in " + name
                                + ", so that proxies call pods of the other cluster by their addresses, and reach"
                                + " strangers.")
                .scope(Scope.newBuilder()
                        .setMesh(view.mesh())
                        .setNetwork(network.isEmpty() ? null : network)
                        .setClusters(ids)
                        .build())
                .subject("Cluster", "", first.getClusterId(), first)
                .affected(
                        ids.size(), 0, 0, clashes.stream().map(Clash::describe).toList());
        clashes.stream()
                .limit(SHOWN)
                .forEach(clash ->
                        verdict.evidence(clash.one().cluster(), "ClusterProfile", "nodes' podCIDRs", clash.describe()));
        return Stream.of(verdict.step(
                        "Do pods really have addresses of this block? Some network plug-ins assign others.",
                        "kubectl " + context(first) + " get pods --all-namespaces --output=wide")
                .step(
                        "They do: give the clusters different networks (label topology.istio.io/network of istiod's namespace, an east-west"
                                + " gateway each), or other pod addresses to one of them.")
                .build());
    }
}
