package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyEndpointCount;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts the endpoints of a dump by service and source cluster. An Envoy has one assignment for each port and subset of a service: the largest of them
 * counts its endpoints.
 */
final class EndpointCounter {
    private static final int MAX_PAIRS = 2_000;
    private static final int CLUSTER_NAME_PARTS = 4;
    /** Fields of {@code istio.workload}: workload;namespace;canonical name;canonical revision;cluster. */
    private static final int WORKLOAD_CLUSTER = 4;

    private record Pair(String host, String cluster) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byHost = host.compareTo(other.host);
            return byHost != 0 ? byHost : cluster.compareTo(other.cluster);
        }
    }

    /** {total, healthy} of the smallest pairs: a pair that was dropped can never come back, as the smaller ones stay. */
    private final TreeMap<Pair, int[]> pairs = new TreeMap<>();

    // Hashes, not names: all pairs of the largest meshes fit into a few megabytes.
    private final Set<Long> seen = new HashSet<>();
    private int assignments;
    private int endpoints;
    private int unhealthy;
    private int empty;

    void assignment(JsonCursor json) throws IOException, UnreadablePageException {
        String[] name = {""};
        Map<String, int[]> byCluster = new HashMap<>();
        int before = endpoints;
        json.fields(key -> {
            if (key.equals("clustername")) {
                name[0] = json.textOrEmpty();
            } else if (key.equals("endpoints")) {
                json.elements(() -> json.fields(locality -> {
                    if (locality.equals("lbendpoints")) {
                        json.elements(() -> endpoint(json, byCluster));
                    }
                }));
            }
        });
        assignments++;
        empty += endpoints == before ? 1 : 0;
        String host = serviceHost(name[0]);
        if (host != null) {
            byCluster.forEach((cluster, counts) -> keep(new Pair(host, cluster), counts));
        }
    }

    void writeTo(ProxyConfig.Builder proxy) {
        List<ProxyEndpointCount> counts = pairs.entrySet().stream()
                .map(e -> new ProxyEndpointCount(
                        e.getKey().host(), e.getKey().cluster(), e.getValue()[0], e.getValue()[1]))
                .toList();
        proxy.setAssignments(assignments)
                .setEndpoints(endpoints)
                .setUnhealthyEndpoints(unhealthy)
                .setEmptyAssignments(empty)
                .setEndpointCounts(counts)
                .setEndpointCountsTotal(seen.size());
    }

    private void endpoint(JsonCursor json, Map<String, int[]> byCluster) throws IOException, UnreadablePageException {
        boolean[] healthy = {true};
        String[] cluster = {""};
        json.fields(key -> {
            switch (key) {
                case "healthstatus" -> healthy[0] = isHealthy(json.text());
                case "metadata" ->
                    json.fields(inner -> {
                        if (inner.equals("filtermetadata")) {
                            cluster[0] = sourceCluster(json);
                        }
                    });
                default -> {}
            }
        });
        endpoints++;
        unhealthy += healthy[0] ? 0 : 1;
        int[] counts = byCluster.computeIfAbsent(cluster[0], any -> new int[2]);
        counts[0]++;
        counts[1] += healthy[0] ? 1 : 0;
    }

    /** Missing and UNKNOWN are healthy; numbers are the enum's where a dump was saved so. */
    private static boolean isHealthy(String status) {
        return status == null
                || status.equals("HEALTHY")
                || status.equals("UNKNOWN")
                || status.equals("0")
                || status.equals("1");
    }

    private static String sourceCluster(JsonCursor json) throws IOException, UnreadablePageException {
        String[] cluster = {""};
        json.entries(filter -> {
            if (filter.equals("istio")) {
                json.entries(name -> {
                    if (name.equals("workload")) {
                        String[] parts = json.textOrEmpty().split(";", -1);
                        cluster[0] = parts.length > WORKLOAD_CLUSTER ? parts[WORKLOAD_CLUSTER] : "";
                    }
                });
            }
        });
        return cluster[0];
    }

    /** The service of an outbound (sidecar), SNI (gateway) or inbound-vip (waypoint) cluster; null for all others. */
    private static String serviceHost(String clusterName) {
        String[] parts = clusterName.startsWith("outbound_.")
                ? clusterName.split("_\\.", CLUSTER_NAME_PARTS)
                : clusterName.split("\\|", -1);
        boolean upstream = clusterName.startsWith("outbound") || clusterName.startsWith("inbound-vip|");
        return upstream && parts.length == CLUSTER_NAME_PARTS ? Printable.clean(parts[CLUSTER_NAME_PARTS - 1]) : null;
    }

    private void keep(Pair pair, int[] counts) {
        seen.add(((long) pair.host().hashCode() << 32) ^ (pair.cluster().hashCode() & 0xffffffffL));
        pairs.merge(pair, counts, (a, b) -> b[0] > a[0] || (b[0] == a[0] && b[1] > a[1]) ? b : a);
        if (pairs.size() > MAX_PAIRS) {
            pairs.pollLastEntry();
        }
    }
}
