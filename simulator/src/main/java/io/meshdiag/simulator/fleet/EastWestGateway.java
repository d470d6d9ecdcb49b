package io.meshdiag.simulator.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The gateway through which other networks reach a cluster: pods, Service and the Gateway that opens port 15443. */
final class EastWestGateway {
    /** namespace/name of its Service. */
    static final String KEY = "istio-system/istio-eastwestgateway";

    private EastWestGateway() {}

    static void addTo(Cluster cluster, Fleet fleet) {
        String name = "istio-eastwestgateway";
        String namespace = "istio-system";
        new PodMaker(fleet, cluster)
                .deployment(
                        Pod.Role.GATEWAY,
                        namespace,
                        name,
                        name,
                        name + "-service-account",
                        2,
                        cluster.spec().revisions().get(0));
        Map<String, String> labels =
                Map.of("app", name, "istio", "eastwestgateway", "topology.istio.io/network", cluster.network());
        List<Port> ports = List.of(
                new Port("status-port", 15021, 15021),
                new Port("tls", 15443, 15443),
                new Port("tls-istiod", 15012, 15012),
                new Port("tls-webhook", 15017, 15017));
        String ip = fleet.settings().addressing().gateway(cluster.index());
        cluster.services()
                .put(
                        namespace + "/" + name,
                        new Service(namespace, name, "172.20.255.15", false, ports, name, labels, ip));
        cluster.customResources()
                .add(new CustomResource(
                        "networking.istio.io/v1",
                        "Gateway",
                        namespace,
                        "cross-network-gateway",
                        Map.of(),
                        fleet.settings().time().minus(Duration.ofDays(30)),
                        Map.of(
                                "selector",
                                Map.of("istio", "eastwestgateway"),
                                "servers",
                                List.of(Map.of(
                                        "port",
                                        Map.of("number", 15443, "name", "tls", "protocol", "TLS"),
                                        "tls",
                                        Map.of("mode", "AUTO_PASSTHROUGH"),
                                        "hosts",
                                        List.of("*.local")))),
                        Map.of()));
    }
}
