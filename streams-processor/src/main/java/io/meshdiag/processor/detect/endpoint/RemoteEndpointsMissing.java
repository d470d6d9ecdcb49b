package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.Locality;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.ServiceView;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * EPT-01: a service has ready endpoints in one cluster, and no istiod of a linked cluster knows one of them.
 *
 * <p>Asked of istiod's endpoint shards, before networks, mTLS and locality choose among endpoints: what is missing here cannot be in any proxy.
 * When one replica of istiod has the endpoints and another lacks them, that is a disagreement of replicas (EPT-04), and when istiod knows nothing
 * at all of the other cluster, that is one finding and not one for each service (EPT-12).
 */
public final class RemoteEndpointsMissing implements Detector<ServiceView> {
    private static final int SHOWN = 5;

    private static final Rule RULE = new Rule(
            "EPT-01",
            "RemoteEndpointsMissing",
            1,
            Rule.Level.SERVICE,
            Severity.HIGH,
            "istiod does not know a service's endpoints in another cluster",
            "The service has ready endpoints in a cluster that this one is linked with, but istiod here has none of them, so no proxy here can"
                    + " send requests there: load is not shared, and failover does not happen.",
            "Follow the finding that explains it: mostly access to the other cluster. When there is none, look at istiod's list of remote clusters"
                    + " and restart istiod.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(ServiceEndpoints.class, EndpointShards.class),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ServiceView view) {
        List<Side> sides = view.clusters().stream()
                .filter(c -> view.cluster(c.getClusterId()).isPresent())
                .flatMap(c -> Side.of(view, c).stream())
                .toList();
        return sides.stream().filter(Side::hasEndpoints).flatMap(owner -> sides.stream()
                .filter(client -> client != owner && client.lacks(owner))
                .map(client -> judge(view, client, owner)));
    }

    private static Verdict judge(ServiceView view, Side client, Side owner) {
        String name = view.namespace() + "/" + view.service();
        String from = client.id();
        String to = owner.id();
        int ready = owner.endpoints.fact().getReady();
        Scope scope = Scope.newBuilder(Scopes.of(view, client.cluster, owner.cluster))
                .setNamespace(view.namespace())
                .setService(view.service())
                .build();

        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, name + "|" + Scopes.key(client.cluster, owner.cluster), missing(client, owner))
                .title("istiod in " + from + " knows no endpoint of " + name + " in " + to)
                .description(
                        name + " has " + ready + " ready endpoint(s) in " + to + "; " + client.shards.size()
                                + " istiod replica(s) in " + from
                                + " list none of them, although the clusters are linked.",
                        owner.knowsItsOwn()
                                ? "The first layer that is wrong is istiod in " + from + "."
                                : "The first layer that is wrong is istiod in " + to
                                        + ", which has none of them either.",
                        "Workloads in " + from + " cannot reach " + name + " in " + to
                                + ": no load sharing, no failover there.")
                .scope(scope)
                .subject("Service", view.namespace(), view.service(), client.cluster)
                .affected(1, 1, 0, List.of(name + "@" + from))
                .evidence(owner.endpoints, ready + " ready endpoint(s) in " + to);
        client.shards.stream().limit(SHOWN).forEach(row -> verdict.evidence(row, counts(row.fact(), to)));
        if (!owner.knowsItsOwn()) {
            owner.shards.stream().limit(1).forEach(row -> verdict.evidence(row, counts(row.fact(), to)));
        }
        return verdict.step(
                        "Is istiod in " + from + " registered with " + to + ", and in sync?",
                        "istioctl remote-clusters " + context(client.cluster))
                .step(
                        "Not listed, or not synced: create the remote secret anew.",
                        "istioctl create-remote-secret " + context(owner.cluster) + " --name=" + quote(to)
                                + " | kubectl apply --filename=- " + context(client.cluster))
                .step(
                        "Synced: compare with what " + to + " has.",
                        kubectl(owner.cluster, view.namespace()) + " get endpointslices --selector="
                                + quote("kubernetes.io/service-name=" + view.service()))
                .step("Both are as they should be: restart istiod in " + from + ".", restartIstiod(client.cluster))
                .build();
    }

    private static String counts(EndpointShards shards, String missing) {
        String seen = shards.getShards().stream()
                .filter(s -> s.getEndpoints() > 0)
                .limit(20)
                .map(s -> s.getProvider() + "/" + s.getClusterId() + " " + s.getEndpoints())
                .collect(Collectors.joining(", "));
        return "istiod " + shards.getIstiod() + " has endpoints: " + (seen.isEmpty() ? "none" : seen) + "; none from "
                + missing;
    }

    private static List<String> missing(Side client, Side owner) {
        List<String> missing = new ArrayList<>(Doubts.about(client.cluster, "endpointShardz"));
        missing.addAll(Doubts.about(owner.cluster, "resources", "services", "endpointslices"));
        return missing;
    }

    /** One cluster's Service, and how many Kubernetes endpoints its istiods together know by cluster. */
    private static final class Side {
        final ClusterSummary cluster;
        final Row<ServiceEndpoints> endpoints;
        final List<Row<EndpointShards>> shards;
        private final Map<String, Integer> known = new HashMap<>();
        private final Set<String> linkedTo;
        private final boolean stays;

        private Side(ServiceView view, ClusterSummary cluster, Row<ServiceEndpoints> endpoints) {
            this.cluster = cluster;
            this.endpoints = endpoints;
            this.shards = view.rows(EndpointShards.class, cluster);
            for (Row<EndpointShards> row : shards) {
                for (EndpointShard shard : row.fact().getShards()) {
                    if (shard.getProvider().equals("Kubernetes")) {
                        known.merge(shard.getClusterId(), shard.getEndpoints(), Integer::sum);
                    }
                }
            }
            this.linkedTo = Set.copyOf(cluster.getLinkedTo());
            this.stays = Locality.of(cluster).keeps(view.namespace(), view.service(), hostname(view));
        }

        /** Empty when the cluster has no such Service: then nobody there expects it (EPT-10). */
        static Optional<Side> of(ServiceView view, ClusterSummary cluster) {
            return view.rows(ServiceEndpoints.class, cluster).stream()
                    .findFirst()
                    .map(row -> new Side(view, cluster, row));
        }

        String id() {
            return cluster.getClusterId();
        }

        boolean hasEndpoints() {
            ServiceEndpoints service = endpoints.fact();
            return service.getReady() > 0 && Locality.shares(service) && !stays;
        }

        /** False when its own istiods list the service without an endpoint there, so that the others' can hardly do better. */
        boolean knowsItsOwn() {
            return shards.isEmpty() || known.getOrDefault(id(), 0) > 0;
        }

        private String hostname(ServiceView view) {
            return shards.isEmpty()
                    ? view.service() + "." + view.namespace() + ".svc.cluster.local"
                    : shards.get(0).fact().getHostname();
        }

        /** Without any shard row the service is outside istiod's discovery, or the page was not read: nothing follows from that. */
        boolean lacks(Side owner) {
            return cluster.getPrimary()
                    && !shards.isEmpty()
                    && !stays
                    && cluster.getKnownClusters().contains(owner.id())
                    && known.getOrDefault(owner.id(), 0) == 0
                    && (linkedTo.contains(owner.id()) || owner.linkedTo.contains(id()));
        }
    }
}
