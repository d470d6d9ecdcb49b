package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.AddressSet;
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
    private static final int WORKLOAD_NAMESPACE = 1;

    private static final int WORKLOAD_CLUSTER = 4;

    private record Pair(String host, String cluster) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            int byHost = host.compareTo(other.host);
            return byHost != 0 ? byHost : cluster.compareTo(other.cluster);
        }
    }

    /** What one assignment, or the largest of several, has from one cluster; the addresses are those of all. */
    private static final class Tally {
        private int total;
        private int healthy;
        private int gateways;
        private final AddressSet addresses = new AddressSet();

        void add(Endpoint endpoint) {
            total++;
            healthy += endpoint.healthy ? 1 : 0;
            if (endpoint.gateway) {
                gateways++;
            } else {
                addresses.add(endpoint.address);
            }
        }

        Tally larger(Tally other) {
            Tally larger = other.total > total || (other.total == total && other.healthy > healthy) ? other : this;
            larger.addresses.addAll(larger == this ? other.addresses : addresses);
            return larger;
        }
    }

    /** One endpoint of an assignment while it is read. */
    private static final class Endpoint {
        private String cluster = "";
        private String address = "";
        private boolean healthy = true;
        /** istiod names a workload's namespace, and no workload where a gateway stands for those behind it (pilot/pkg/xds/endpoints). */
        private boolean gateway;
    }

    /** Those of the smallest pairs: a pair that was dropped can never come back, as the smaller ones stay. */
    private final TreeMap<Pair, Tally> pairs = new TreeMap<>();

    // Hashes, not names: all pairs of the largest meshes fit into a few megabytes.
    private final Set<Long> seen = new HashSet<>();
    private int assignments;
    private int endpoints;
    private int unhealthy;
    private int empty;

    void assignment(JsonCursor json) throws IOException, UnreadablePageException {
        String[] name = {""};
        Map<String, Tally> byCluster = new HashMap<>();
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
            byCluster.forEach((cluster, tally) -> keep(new Pair(host, cluster), tally));
        }
    }

    void writeTo(ProxyConfig.Builder proxy) {
        List<ProxyEndpointCount> counts = pairs.entrySet().stream()
                .map(e -> new ProxyEndpointCount(
                        e.getKey().host(),
                        e.getKey().cluster(),
                        e.getValue().total,
                        e.getValue().healthy,
                        e.getValue().gateways,
                        e.getValue().addresses.size(),
                        e.getValue().addresses.digest()))
                .toList();
        proxy.setAssignments(assignments)
                .setEndpoints(endpoints)
                .setUnhealthyEndpoints(unhealthy)
                .setEmptyAssignments(empty)
                .setEndpointCounts(counts)
                .setEndpointCountsTotal(seen.size());
    }

    private void endpoint(JsonCursor json, Map<String, Tally> byCluster) throws IOException, UnreadablePageException {
        Endpoint endpoint = new Endpoint();
        json.fields(key -> {
            switch (key) {
                case "healthstatus" -> endpoint.healthy = isHealthy(json.text());
                case "endpoint" ->
                    json.fields(inner -> {
                        if (inner.equals("address")) {
                            endpoint.address = socketAddress(json);
                        }
                    });
                case "metadata" ->
                    json.fields(inner -> {
                        if (inner.equals("filtermetadata")) {
                            workload(json, endpoint);
                        }
                    });
                default -> {}
            }
        });
        endpoints++;
        unhealthy += endpoint.healthy ? 0 : 1;
        byCluster.computeIfAbsent(endpoint.cluster, any -> new Tally()).add(endpoint);
    }

    /** Empty for what is no address of a machine: pipes, and internal listeners of HBONE. */
    private static String socketAddress(JsonCursor json) throws IOException, UnreadablePageException {
        String[] address = {""};
        json.fields(kind -> {
            if (kind.equals("socketaddress")) {
                json.fields(inner -> {
                    if (inner.equals("address")) {
                        address[0] = json.textOrEmpty();
                    }
                });
            }
        });
        return address[0];
    }

    /** Missing and UNKNOWN are healthy; numbers are the enum's where a dump was saved so. */
    private static boolean isHealthy(String status) {
        return status == null
                || status.equals("HEALTHY")
                || status.equals("UNKNOWN")
                || status.equals("0")
                || status.equals("1");
    }

    private static void workload(JsonCursor json, Endpoint endpoint) throws IOException, UnreadablePageException {
        json.entries(filter -> {
            if (filter.equals("istio")) {
                json.entries(name -> {
                    if (name.equals("workload")) {
                        String[] parts = json.textOrEmpty().split(";", -1);
                        if (parts.length > WORKLOAD_CLUSTER) {
                            endpoint.cluster = parts[WORKLOAD_CLUSTER];
                            endpoint.gateway = parts[WORKLOAD_NAMESPACE].isEmpty();
                        }
                    }
                });
            }
        });
    }

    /** The service of an outbound (sidecar), SNI (gateway) or inbound-vip (waypoint) cluster; null for all others. */
    private static String serviceHost(String clusterName) {
        String[] parts = clusterName.startsWith("outbound_.")
                ? clusterName.split("_\\.", CLUSTER_NAME_PARTS)
                : clusterName.split("\\|", -1);
        boolean upstream = clusterName.startsWith("outbound") || clusterName.startsWith("inbound-vip|");
        return upstream && parts.length == CLUSTER_NAME_PARTS ? Printable.clean(parts[CLUSTER_NAME_PARTS - 1]) : null;
    }

    private void keep(Pair pair, Tally tally) {
        seen.add(((long) pair.host().hashCode() << 32) ^ (pair.cluster().hashCode() & 0xffffffffL));
        pairs.merge(pair, tally, Tally::larger);
        if (pairs.size() > MAX_PAIRS) {
            pairs.pollLastEntry();
        }
    }
}
