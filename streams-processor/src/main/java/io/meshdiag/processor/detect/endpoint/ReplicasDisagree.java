package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
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
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * EPT-04: replicas of one istiod know different endpoints of a cluster.
 *
 * <p>Replicas are read one after the other while pods come and go, so that small differences in numbers mean nothing. As many endpoints of a service that
 * are not the same ones count only where each replica had been saying so for a while when the other was read. Only replicas of one Deployment are
 * compared: another revision may discover other namespaces.
 */
public final class ReplicasDisagree implements Detector<ClusterView> {
    /**
     * How far replicas may differ. Both must be passed.
     *
     * @param endpoints difference in endpoints of one cluster: 3, one more than a rolling update of a small Deployment moves at a time
     * @param share of what the replica with the most endpoints of that cluster has: a tenth
     */
    public record Thresholds(int endpoints, double share) {
        static final Thresholds DEFAULT = new Thresholds(3, 0.1);
    }

    private static final int SHOWN = 6;

    /** Longer than one replica may take for what another has already seen. */
    private static final Duration ALL_KNOW_AFTER = Duration.ofMinutes(2);

    private static final Rule RULE = new Rule(
            "EPT-04",
            "ReplicasDisagree",
            2,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "Replicas of istiod know different endpoints",
            "Every replica reads all clusters by itself and should know the same. A proxy has the endpoints of the replica that it happens to be"
                    + " connected to: with replicas that disagree, requests fail for some proxies and not for others.",
            "Restart the replica that deviates, after keeping its debug pages and log.",
            // Longer than a full sync of a large cluster after a replica's start.
            Duration.ofMinutes(3),
            Duration.ofMinutes(1),
            Set.of(EndpointShards.class),
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
        Map<String, SortedMap<String, Replica>> byDeployment = new TreeMap<>();
        view.rows(EndpointShards.class).forEach(row -> byDeployment
                .computeIfAbsent(deployment(row.fact().getIstiod()), d -> new TreeMap<>())
                .computeIfAbsent(row.fact().getIstiod(), Replica::new)
                .add(row.fact()));
        return byDeployment.entrySet().stream()
                .flatMap(entry -> judge(
                        view.cluster(),
                        view,
                        entry.getKey(),
                        List.copyOf(entry.getValue().values())));
    }

    /** istiod-7d9f8c6b5-x2x4z → istiod: a pod of a Deployment ends in the hash of its ReplicaSet and its own suffix. */
    private static String deployment(String pod) {
        return pod.replaceFirst("-[a-z0-9]{6,10}-[a-z0-9]{5}$", "").replaceFirst("-[0-9]+$", "");
    }

    private Stream<Verdict> judge(ClusterSummary cluster, ClusterView view, String deployment, List<Replica> replicas) {
        List<String> differing = replicas.stream()
                .flatMap(replica -> replica.endpoints.keySet().stream())
                .distinct()
                .sorted()
                .filter(source ->
                        differs(source, replicas) || replaced(source, replicas).isPresent())
                .toList();
        return differing.isEmpty()
                ? Stream.empty()
                : Stream.of(verdict(cluster, view, deployment, replicas, differing));
    }

    private boolean differs(String source, List<Replica> replicas) {
        int most = replicas.stream().mapToInt(r -> r.of(source)).max().orElse(0);
        int least = replicas.stream().mapToInt(r -> r.of(source)).min().orElse(0);
        return most - least >= thresholds.endpoints() && most - least >= thresholds.share() * most;
    }

    /** A service of which some replica has as many addresses there as the first one, and not the same. */
    private static Optional<String> replaced(String source, List<Replica> replicas) {
        Replica first = replicas.get(0);
        return replicas.stream()
                .skip(1)
                .flatMap(other -> other.services.values().stream())
                .filter(service -> Optional.ofNullable(first.services.get(service.getHostname()))
                        .filter(known -> others(source, known, service))
                        .isPresent())
                .map(EndpointShards::getHostname)
                .findFirst();
    }

    private static boolean others(String source, EndpointShards left, EndpointShards right) {
        return Shards.heldBefore(left.getHeader(), right.getHeader(), ALL_KNOW_AFTER)
                && Shards.heldBefore(right.getHeader(), left.getHeader(), ALL_KNOW_AFTER)
                && Shards.of(left, source)
                        .filter(one -> Shards.of(right, source)
                                .filter(other -> Shards.swapped(one, other))
                                .isPresent())
                        .isPresent();
    }

    private static Verdict verdict(
            ClusterSummary cluster, ClusterView view, String deployment, List<Replica> replicas, List<String> sources) {
        String id = cluster.getClusterId();
        ToIntFunction<Replica> distance = replica -> distance(replica, replicas, sources);
        Replica deviating = replicas.stream()
                .max(Comparator.comparingInt(distance).thenComparing(r -> -r.total(sources)))
                .orElseThrow();
        boolean known = replicas.size() > 2;
        String where = String.join(", ", sources.stream().limit(5).toList());

        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster) + "|" + deployment, Doubts.about(cluster, "endpointShardz"))
                .confidence(known ? 0.9 : 0.7)
                .title("Replicas of " + deployment + " in " + id + " know different endpoints of " + where)
                .description(
                        replicas.size() + " replicas differ about " + sources.size() + " cluster(s).",
                        distance.applyAsInt(deviating) == 0
                                ? "They have as many endpoints, but not the same ones."
                                : (known ? "Most unlike the others is " : "The fewest has ") + deviating.name + ".",
                        "Proxies have what their own replica knows: some reach endpoints that others do not.")
                .scope(Scopes.of(view, cluster))
                .subject(
                        "Pod",
                        cluster.getIstiodNamespaces().isEmpty()
                                ? "istio-system"
                                : cluster.getIstiodNamespaces().get(0),
                        deviating.name,
                        cluster)
                .affected(
                        1, 0, 0, sources.stream().map(s -> "endpoints of " + s).toList());
        replicas.stream()
                .limit(SHOWN)
                .forEach(replica -> verdict.evidence(
                        cluster,
                        "EndpointShards",
                        replica.name,
                        sources.stream()
                                .limit(10)
                                .map(s -> s + " " + replica.of(s))
                                .collect(Collectors.joining(", ", "endpoints by cluster: ", ""))));
        sources.stream()
                .flatMap(source -> replaced(source, replicas).stream()
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

    /** How far it is from the middle one of all replicas, over all clusters. */
    private static int distance(Replica replica, List<Replica> replicas, List<String> sources) {
        return sources.stream()
                .mapToInt(source -> {
                    int[] sorted = replicas.stream()
                            .mapToInt(r -> r.of(source))
                            .sorted()
                            .toArray();
                    return Math.abs(replica.of(source) - sorted[sorted.length / 2]);
                })
                .sum();
    }

    /** Endpoints that one istiod knows, by the cluster that they are in. */
    private static final class Replica {
        final String name;
        final SortedMap<String, Integer> endpoints = new TreeMap<>();
        final Map<String, EndpointShards> services = new TreeMap<>();

        Replica(String name) {
            this.name = name;
        }

        void add(EndpointShards service) {
            services.put(service.getHostname(), service);
            for (EndpointShard shard : service.getShards()) {
                endpoints.merge(shard.getClusterId(), shard.getEndpoints(), Integer::sum);
            }
        }

        int of(String cluster) {
            return endpoints.getOrDefault(cluster, 0);
        }

        /** What it has of a service there, to be told from what another has. */
        Optional<String> addresses(String host, String source) {
            return Optional.ofNullable(services.get(host))
                    .flatMap(service -> Shards.of(service, source))
                    .map(shard -> host + " in " + source + ": " + shard.getAddresses() + " address(es), digest "
                            + Long.toHexString(shard.getAddressDigest()));
        }

        int total(List<String> clusters) {
            return clusters.stream().mapToInt(this::of).sum();
        }
    }
}
