package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.ServiceRegistry;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * EPT-04: replicas of one istiod know different endpoints, or different services, of a cluster.
 *
 * <p>Replicas are read one after the other while pods come and go, so that small differences in numbers mean nothing. As many endpoints of a service that
 * are not the same ones count only where each replica had been saying so for a while when the other was read. Only replicas of one Deployment are
 * compared: another revision may discover other namespaces.
 */
public final class ReplicasDisagree implements Detector<ClusterView> {
    /**
     * How far replicas may differ. Both must be passed.
     *
     * @param endpoints difference in endpoints, or services, of one cluster: 3, one more than a rolling update of a small Deployment moves at a time
     * @param share of what the replica with the most endpoints of that cluster has: a tenth
     */
    public record Thresholds(int endpoints, double share) {
        static final Thresholds DEFAULT = new Thresholds(3, 0.1);

        boolean passed(int one, int other) {
            int apart = Math.abs(one - other);
            return apart >= endpoints && apart >= share * Math.max(one, other);
        }
    }

    private static final int SHOWN = 6;

    private static final Rule RULE = new Rule(
            "EPT-04",
            "ReplicasDisagree",
            3,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "Replicas of istiod know different endpoints",
            "Every replica reads all clusters by itself and should know the same. A proxy has the endpoints of the replica that it happens to be"
                    + " connected to: with replicas that disagree, requests fail for some proxies and not for others.",
            "Restart the replica that deviates, after keeping its debug pages and log.",
            // Longer than a full sync of a large cluster after a replica's start.
            Duration.ofMinutes(3),
            Duration.ofMinutes(1),
            Set.of(EndpointShards.class, ServiceRegistry.class),
            List.of());

    private final Thresholds thresholds;

    public ReplicasDisagree() {
        this(Thresholds.DEFAULT);
    }

    public ReplicasDisagree(Thresholds thresholds) {
        this.thresholds = thresholds;
    }

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        Map<String, SortedMap<String, IstiodReplica>> byDeployment = new TreeMap<>();
        view.rows(EndpointShards.class)
                .forEach(row -> replica(byDeployment, row.fact().getIstiod()).add(row.fact()));
        view.rows(ServiceRegistry.class)
                .forEach(row -> replica(byDeployment, row.fact().getIstiod()).add(row.fact()));
        return byDeployment.entrySet().stream()
                .flatMap(entry ->
                        judge(view, entry.getKey(), List.copyOf(entry.getValue().values())));
    }

    private static IstiodReplica replica(Map<String, SortedMap<String, IstiodReplica>> byDeployment, String istiod) {
        return byDeployment
                .computeIfAbsent(deployment(istiod), d -> new TreeMap<>())
                .computeIfAbsent(istiod, IstiodReplica::new);
    }

    /** istiod-7d9f8c6b5-x2x4z → istiod: a pod of a Deployment ends in the hash of its ReplicaSet and its own suffix. */
    private static String deployment(String pod) {
        return pod.replaceFirst("-[a-z0-9]{6,10}-[a-z0-9]{5}$", "").replaceFirst("-[0-9]+$", "");
    }

    private Stream<Verdict> judge(ClusterView view, String deployment, List<IstiodReplica> replicas) {
        Differences differences = Differences.of(replicas, thresholds);
        return differences.sources().isEmpty()
                ? Stream.empty()
                : Stream.of(verdict(view, deployment, differences.compared(replicas), differences));
    }

    private static Verdict verdict(
            ClusterView view, String deployment, List<IstiodReplica> replicas, Differences differences) {
        ClusterSummary cluster = view.cluster();
        List<String> sources = differences.sources();
        String what = differences.endpoints().isEmpty() ? "services" : "endpoints";
        ToIntFunction<IstiodReplica> distance = replica -> differences.distance(replica, replicas);
        IstiodReplica deviating = replicas.stream()
                .max(Comparator.comparingInt(distance).thenComparing(r -> -differences.total(r)))
                .orElseThrow();
        boolean known = replicas.size() > 2;
        String where = String.join(", ", sources.stream().limit(5).toList());

        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster) + "|" + deployment, differences.doubts(cluster))
                .confidence(known || differences.confirmed() ? 0.9 : 0.7)
                .title("Replicas of " + deployment + " in " + cluster.getClusterId() + " know different " + what
                        + " of " + where)
                .description(
                        replicas.size() + " replicas differ about " + sources.size() + " cluster(s).",
                        distance.applyAsInt(deviating) == 0
                                ? "They have as many " + what + ", but not the same ones."
                                : (known ? "Most unlike the others is " : "The fewest has ") + deviating.name + ".",
                        byServices(replicas, differences),
                        "Proxies have what their own replica knows: some reach endpoints that others do not.")
                .scope(Scopes.of(view, cluster))
                .subject(
                        "Pod",
                        cluster.getIstiodNamespaces().isEmpty()
                                ? "istio-system"
                                : cluster.getIstiodNamespaces().get(0),
                        deviating.name,
                        cluster)
                .affected(1, 0, 0, sources.stream().map(s -> what + " of " + s).toList());
        replicas.stream().limit(SHOWN).forEach(replica -> replica.endpoints(sources)
                .ifPresent(text -> verdict.evidence(cluster, "EndpointShards", replica.name, text)));
        replicas.stream().limit(SHOWN).forEach(replica -> replica.services(sources)
                .ifPresent(text -> verdict.evidence(cluster, "ServiceRegistry", replica.name, text)));
        sources.stream()
                .flatMap(source -> Differences.replaced(source, replicas).stream()
                        .flatMap(host -> replicas.stream().flatMap(replica -> replica.addresses(host, source).stream()
                                .map(text -> Map.entry(replica.name, text)))))
                .limit(2)
                .forEach(entry -> verdict.evidence(cluster, "EndpointShards", entry.getKey(), entry.getValue()));
        return verdict.step(
                        "Keep what this replica says about the clusters that it reads.",
                        kubectlAtIstiod(cluster) + " exec " + quote(deviating.name)
                                + " -- pilot-discovery request GET /debug/clusterz")
                .step(
                        "And its log.",
                        kubectlAtIstiod(cluster) + " logs " + quote(deviating.name) + " > " + quote(deviating.name)
                                + ".log")
                .step(
                        "Restart this replica: its proxies connect to another one.",
                        kubectlAtIstiod(cluster) + " delete pod " + quote(deviating.name))
                .build();
    }

    /** What the pages of services add to those of endpoints. */
    private static String byServices(List<IstiodReplica> replicas, Differences differences) {
        if (differences.endpoints().isEmpty()) {
            return "Of a service that istiod does not know there, it takes no endpoints.";
        }
        if (differences.confirmed()) {
            return "They also know different services there: one of them does not read that cluster.";
        }
        return replicas.stream().allMatch(replica -> replica.registry().isPresent())
                ? "They know the same services there: only endpoints are not read."
                : "";
    }
}
