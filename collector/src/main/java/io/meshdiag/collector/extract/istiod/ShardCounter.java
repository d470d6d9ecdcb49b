package io.meshdiag.collector.extract.istiod;

import io.meshdiag.collector.extract.AddressSet;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.EndpointShard;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts the endpoints of one service while they stream past. */
final class ShardCounter {
    private static final int MAX_SHARDS = 500;
    private static final int MAX_NETWORKS = 50;
    private static final int MAX_NAME = 500;

    private final String namespace;
    private final String hostname;
    private final Map<String, Shard> shards = new TreeMap<>();

    ShardCounter(String namespace, String hostname) {
        this.namespace = Printable.shorten(namespace, MAX_NAME);
        this.hostname = Printable.shorten(hostname, MAX_NAME);
    }

    boolean isOf(String otherNamespace, String otherHostname) {
        return namespace.equals(otherNamespace) && hostname.equals(otherHostname);
    }

    /** @param key {@code provider/clusterId} */
    Shard shard(String key) {
        return shards.computeIfAbsent(key, any -> new Shard());
    }

    /** istiod lists an endpoint once for every port of the service: the port with the most endpoints counts them. */
    static final class Shard {
        private final Map<String, int[]> byPort = new HashMap<>();
        private final SortedSet<String> networks = new TreeSet<>();
        private final AddressSet addresses = new AddressSet();

        void add(EndpointReader.Endpoint endpoint) {
            int[] counts = byPort.computeIfAbsent(endpoint.port(), any -> new int[3]);
            counts[0]++;
            counts[1] += endpoint.healthy() ? 1 : 0;
            counts[2] += endpoint.plaintext() ? 1 : 0;
            addresses.add(endpoint.address());
            if (networks.size() < MAX_NETWORKS) {
                networks.add(endpoint.network());
            }
        }

        private EndpointShard toRecord(String provider, String clusterId) {
            int[] most = new int[3];
            for (int[] counts : byPort.values()) {
                if (counts[0] > most[0] || (counts[0] == most[0] && counts[1] > most[1])) {
                    most = counts;
                }
            }
            return new EndpointShard(
                    Printable.clean(provider),
                    Printable.clean(clusterId),
                    most[0],
                    most[1],
                    most[2],
                    List.copyOf(networks),
                    addresses.size(),
                    addresses.digest());
        }
    }

    EndpointShards fact(Origin origin, IstiodPod istiod) {
        List<EndpointShard> list = new ArrayList<>();
        shards.forEach((key, shard) -> {
            int slash = key.indexOf('/');
            String provider = slash < 0 ? key : key.substring(0, slash);
            String clusterId = slash < 0 ? "" : key.substring(slash + 1);
            if (list.size() < MAX_SHARDS) {
                list.add(shard.toRecord(provider, clusterId));
            }
        });
        return Digests.stamp(EndpointShards.newBuilder()
                .setHeader(origin.header())
                .setNamespace(namespace)
                .setService(serviceName())
                .setHostname(hostname)
                .setIstiod(istiod.name())
                .setShards(list)
                .build());
    }

    /**
     * The first label for a Kubernetes Service's own host name. Any other host (ServiceEntry, clusterset.local) keeps its full name: two of them may
     * share the first label and the namespace, and would overwrite each other.
     */
    private String serviceName() {
        int dot = hostname.indexOf('.');
        boolean own =
                dot > 0 && hostname.startsWith(namespace + ".svc.", dot + 1) && !hostname.endsWith(".clusterset.local");
        return own ? hostname.substring(0, dot) : hostname;
    }
}
