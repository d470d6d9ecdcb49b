package io.meshdiag.simulator.fleet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the istiods of one cluster see: the second layer of truth. They read their own cluster and every cluster for which
 * they have a remote secret, and nothing else.
 */
public final class IstiodView {
    private final Cluster self;
    private final Map<String, Cluster> registered = new LinkedHashMap<>();

    public IstiodView(Fleet fleet, Cluster self) {
        this.self = self;
        registered.put(self.id(), self);
        self.remoteSecrets().forEach((id, access) -> {
            if (access.reached()) {
                // A secret for its own id is ignored: it would overwrite the config cluster.
                registered.putIfAbsent(id, fleet.cluster(access.target()));
            }
        });
    }

    public Cluster self() {
        return self;
    }

    /** The clusters that it reads by the id under which it knows them: its own first, then the remote ones by id. */
    public Map<String, Cluster> registered() {
        return registered;
    }

    /** A Service in all clusters where this istiod sees it. */
    public record MeshService(String namespace, String name, Map<String, Service> byCluster) {
        /** Any of them: scenarios define a Service equally everywhere. */
        public Service any() {
            return byCluster.values().iterator().next();
        }

        /** Services that Istio never shares between clusters. */
        public boolean clusterLocal() {
            return namespace.equals("kube-system") || (namespace.equals("default") && name.equals("kubernetes"));
        }
    }

    /** All Services, sorted by namespace and name. */
    public List<MeshService> services() {
        Map<String, MeshService> services = new TreeMap<>();
        registered.forEach((id, cluster) -> cluster.services().forEach((key, service) -> services.computeIfAbsent(
                        key, absent -> new MeshService(service.namespace(), service.name(), new LinkedHashMap<>()))
                .byCluster()
                .put(id, service)));
        return List.copyOf(services.values());
    }

    /** A way into a network. */
    public record Gateway(String network, String cluster, String address) {}

    /** East-west gateways of the clusters that it can read. */
    public List<Gateway> gateways() {
        List<Gateway> gateways = new ArrayList<>();
        registered.forEach((id, cluster) -> {
            for (Service service : cluster.services().values()) {
                String network = service.labels().get("topology.istio.io/network");
                if (network != null) {
                    gateways.add(new Gateway(network, id, service.loadBalancerIp()));
                }
            }
        });
        return gateways;
    }

    /** One address in Envoy's endpoints; the source cluster stands in the workload text's fifth field. */
    public record Destination(String address, int port, String workload, boolean mtls, int weight, Node node) {}

    /** Where Envoys of this cluster send calls of one port of a Service. */
    public List<Destination> destinations(MeshService service, Port port) {
        List<Destination> destinations = new ArrayList<>();
        for (Map.Entry<String, Service> in : service.byCluster().entrySet()) {
            String id = in.getKey();
            Cluster cluster = registered.get(id);
            if (cluster == self || (!service.clusterLocal() && cluster.network().equals(self.network()))) {
                direct(id, cluster, in.getValue(), port, destinations);
            } else if (!service.clusterLocal()) {
                throughGateway(id, cluster, in.getValue(), destinations);
            }
        }
        return destinations;
    }

    private static void direct(String id, Cluster cluster, Service service, Port port, List<Destination> into) {
        for (Pod pod : cluster.podsOf(service)) {
            String workload = String.join(";", pod.workload(), pod.namespace(), pod.app(), "", id);
            into.add(new Destination(pod.ip(), port.target(), workload, pod.hasProxy(), 1, pod.node()));
        }
    }

    private void throughGateway(String id, Cluster cluster, Service service, List<Destination> into) {
        // Without mTLS an endpoint cannot be told apart behind a gateway, so istiod leaves it out.
        int behind =
                (int) cluster.podsOf(service).stream().filter(Pod::hasProxy).count();
        if (behind == 0) {
            return;
        }
        for (Gateway gateway : gateways()) {
            if (gateway.cluster().equals(id)) {
                String workload = ";;;;" + id;
                into.add(new Destination(
                        gateway.address(),
                        15443,
                        workload,
                        true,
                        behind,
                        cluster.nodes().get(0)));
            }
        }
    }
}
