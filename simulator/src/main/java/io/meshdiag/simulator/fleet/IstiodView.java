package io.meshdiag.simulator.fleet;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the istiods of one cluster see: the second layer of truth. They read their own cluster and every cluster for which
 * they have a remote secret, and nothing else.
 */
public final class IstiodView {
    private final Cluster self;
    private final Set<String> lost;
    private final Map<String, List<Pod>> frozen;
    private final Map<String, Cluster> registered = new LinkedHashMap<>();

    /** @param istiod one replica: all see the same, but for one in trouble */
    public IstiodView(Fleet fleet, Cluster self, Pod istiod) {
        this(fleet, self, istiod, self.distortions().frozenEndpoints());
    }

    private IstiodView(Fleet fleet, Cluster self, Pod istiod, Map<String, List<Pod>> frozen) {
        this.self = self;
        this.frozen = frozen;
        this.lost = self.distortions().lostEndpoints().getOrDefault(istiod.name(), Set.of());
        registered.put(self.id(), self);
        self.remoteSecrets().forEach((id, access) -> {
            if (access.reached()) {
                // A secret for its own id is ignored: it would overwrite the config cluster.
                registered.putIfAbsent(id, fleet.cluster(access.target()));
            }
        });
    }

    /** What a proxy was told by its istiod, as far as it took it over. */
    public static IstiodView asToldTo(Proxy proxy, Fleet fleet, Cluster self) {
        Map<String, List<Pod>> kept = new HashMap<>(self.distortions().frozenEndpoints());
        kept.putAll(self.distortions().keptEndpoints().getOrDefault(proxy.id(), Map.of()));
        return new IstiodView(fleet, self, self.connections().istiodOf(proxy), kept);
    }

    public Cluster self() {
        return self;
    }

    /** The clusters that it reads by the id under which it knows them: its own first, then the remote ones by id. */
    public Map<String, Cluster> registered() {
        return registered;
    }

    /** Whether it has endpoints of Services of the cluster that it knows by that id. */
    public boolean hasEndpointsOf(String id) {
        return !lost.contains(id);
    }

    /** The pods of a Service of that cluster that it knows of. */
    public List<Pod> podsOf(String id, Service service) {
        if (!hasEndpointsOf(id)) {
            return List.of();
        }
        String place = String.join("/", id, service.namespace(), service.app());
        List<Pod> before = frozen.get(place);
        return before == null ? registered.get(id).podsOf(service) : before;
    }

    /** A Service in all clusters where this istiod sees it. */
    public record MeshService(String namespace, String name, Map<String, Service> byCluster) {
        /** The own cluster's definition where it has one: istiod takes them all for one Service. */
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

    /** A host of a ServiceEntry with the pods that it selects, by the id of their cluster. */
    public record SelectedHost(String namespace, String host, Service service, List<Map.Entry<String, Pod>> pods) {}

    /**
     * Hosts of ServiceEntries that select pods by their label app. Pods of one name are one to istiod, whatever their cluster
     * (pilot/pkg/serviceregistry/serviceentry: workload instances are filed by namespace and name).
     */
    public List<SelectedHost> selectedHosts() {
        List<SelectedHost> hosts = new ArrayList<>();
        for (CustomResource entry : self.customResources()) {
            Object selector = entry.spec().get("workloadSelector");
            if (entry.kind().equals("ServiceEntry") && selector instanceof Map<?, ?> by) {
                String app = String.valueOf(((Map<?, ?>) by.get("labels")).get("app"));
                Map<String, Map.Entry<String, Pod>> byName = new TreeMap<>();
                registered.forEach((id, cluster) -> cluster.podsByApp()
                        .getOrDefault(entry.namespace() + "/" + app, List.of())
                        .forEach(pod -> byName.put(pod.name(), Map.entry(id, pod))));
                Service service = self.services().get(entry.namespace() + "/" + app);
                ((List<?>) entry.spec().get("hosts"))
                        .forEach(host -> hosts.add(new SelectedHost(
                                entry.namespace(), String.valueOf(host), service, List.copyOf(byName.values()))));
            }
        }
        return hosts;
    }

    /** A way into a network. */
    public record Gateway(String network, String cluster, String address) {}

    /** East-west gateways of the clusters that it can read. */
    public List<Gateway> gateways() {
        List<Gateway> gateways = new ArrayList<>();
        registered.forEach((id, cluster) -> {
            for (Service service : cluster.services().values()) {
                String network = service.labels().get("topology.istio.io/network");
                if (network != null && !self.distortions().unseenGateways().contains(id)) {
                    service.externalAddress().ifPresent(address -> gateways.add(new Gateway(network, id, address)));
                }
            }
        });
        return gateways;
    }

    /** One address in Envoy's endpoints; the source cluster stands in the workload text's fifth field. */
    public record Destination(String address, int port, String workload, boolean mtls, int weight, Node node) {
        private static final String GATEWAY = ";;;;";

        /** The cluster behind an east-west gateway; empty for a workload. */
        public Optional<String> gatewayOf() {
            return workload.startsWith(GATEWAY) ? Optional.of(workload.substring(GATEWAY.length())) : Optional.empty();
        }
    }

    /** Where Envoys of this cluster send calls of one port of a Service. */
    public List<Destination> destinations(MeshService service, Port port) {
        List<Destination> destinations = new ArrayList<>();
        for (Map.Entry<String, Service> in : service.byCluster().entrySet()) {
            String id = in.getKey();
            Cluster cluster = registered.get(id);
            if (cluster != self && service.clusterLocal()) {
                continue;
            }
            List<Gateway> ways = cluster.network().equals(self.network()) ? List.of() : gatewaysTo(id, cluster);
            if (ways.isEmpty()) {
                direct(id, in.getValue(), port, destinations);
            } else {
                through(ways, id, in.getValue(), destinations);
            }
        }
        return destinations;
    }

    private void direct(String id, Service service, Port port, List<Destination> into) {
        for (Pod pod : podsOf(id, service)) {
            String workload = String.join(";", pod.workload(), pod.namespace(), pod.app(), "", id);
            into.add(new Destination(pod.ip(), port.target(), workload, pod.hasProxy(), 1, pod.node()));
        }
    }

    /** The cluster's own, or any of its network; none at all makes istiod take its pods for reachable. */
    private List<Gateway> gatewaysTo(String id, Cluster cluster) {
        List<Gateway> ofNetwork = gateways().stream()
                .filter(gateway -> gateway.network().equals(cluster.network()))
                .toList();
        List<Gateway> own = ofNetwork.stream()
                .filter(gateway -> gateway.cluster().equals(id))
                .toList();
        return own.isEmpty() ? ofNetwork : own;
    }

    private void through(List<Gateway> ways, String id, Service service, List<Destination> into) {
        // Without mTLS an endpoint cannot be told apart behind a gateway, so istiod leaves it out.
        int behind = (int) podsOf(id, service).stream().filter(Pod::hasProxy).count();
        if (behind == 0) {
            return;
        }
        for (Gateway gateway : ways) {
            into.add(new Destination(
                    gateway.address(),
                    15443,
                    Destination.GATEWAY + id,
                    true,
                    behind,
                    registered.get(id).nodes().get(0)));
        }
    }
}
