package io.meshdiag.processor.scope;

import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.processor.view.Locality;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RemoteEndpoints;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Endpoints of a whole cluster in a few rows: which services it offers to others, and what its istiods know of others, by cluster and network.
 * Told with each heartbeat, not with each endpoint that comes or goes.
 */
final class EndpointRollup {
    private static final int SAMPLES = 5;
    private static final int SHARED_SAMPLES = 20;
    private static final int ROWS = 500;

    private final SortedSet<String> shared = new TreeSet<>();
    private final SortedSet<String> known = new TreeSet<>();
    private final SortedMap<Place, SortedSet<String>> remote = new TreeMap<>();

    private record Place(String cluster, String network) implements Comparable<Place> {
        private static final Comparator<Place> ORDER =
                Comparator.comparing(Place::cluster).thenComparing(Place::network);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private final ClusterSummary cluster;

    private EndpointRollup(ClusterSummary cluster) {
        this.cluster = cluster;
    }

    /** @param cluster described as far as its profile says */
    static EndpointRollup of(ClusterSummary cluster, List<ServiceEndpoints> services, List<EndpointShards> shards) {
        EndpointRollup rollup = new EndpointRollup(cluster);
        Locality locality = Locality.of(cluster);
        for (ServiceEndpoints service : services) {
            if (service.getReady() > 0
                    && Locality.shares(service)
                    && !locality.keeps(service.getNamespace(), service.getName())) {
                rollup.shared.add(service.getNamespace() + "/" + service.getName());
            }
        }
        for (EndpointShards service : shards) {
            boolean stays = locality.keeps(service.getNamespace(), service.getService(), service.getHostname());
            for (EndpointShard shard : service.getShards()) {
                if (shard.getProvider().equals("Kubernetes") && shard.getEndpoints() > 0) {
                    boolean own = shard.getClusterId().equals(cluster.getClusterId());
                    rollup.add(shard, own || stays ? null : service.getNamespace() + "/" + service.getService());
                }
            }
        }
        return rollup;
    }

    /** @param service null for one of the own cluster or that stays in its: it shows only that istiod reads that cluster */
    private void add(EndpointShard shard, String service) {
        known.add(shard.getClusterId());
        if (service != null) {
            shard.getNetworks().forEach(network -> remote.computeIfAbsent(
                            new Place(shard.getClusterId(), network), place -> new TreeSet<>())
                    .add(service));
        }
    }

    /** The cluster's summary with the roll-up. */
    ClusterSummary summary() {
        return ClusterSummary.newBuilder(cluster)
                .setKnownClusters(List.copyOf(known))
                .setRemoteEndpoints(remote.entrySet().stream()
                        .limit(ROWS)
                        .map(row -> RemoteEndpoints.newBuilder()
                                .setClusterId(row.getKey().cluster())
                                .setNetwork(row.getKey().network())
                                .setServices(row.getValue().size())
                                .setSamples(first(SAMPLES, row.getValue()))
                                .build())
                        .toList())
                .setSharedServices(shared.size())
                .setSharedSamples(first(SHARED_SAMPLES, shared))
                .build();
    }

    private static List<String> first(int count, SortedSet<String> names) {
        return names.stream().limit(count).toList();
    }
}
