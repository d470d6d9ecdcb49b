package io.meshdiag.simulator.artifact.envoy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.IstiodView.Destination;
import io.meshdiag.simulator.fleet.IstiodView.MeshService;
import io.meshdiag.simulator.fleet.Node;
import io.meshdiag.simulator.fleet.Port;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** EndpointsConfigDump: pods of the own network directly, other networks through their east-west gateway. */
final class Endpoints {
    private static final String TYPE = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

    private final ProxyView view;

    Endpoints(ProxyView view) {
        this.view = view;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("@type", "type.googleapis.com/envoy.admin.v3.EndpointsConfigDump");
        json.writeArrayFieldStart("static_endpoint_configs");
        json.writePOJO(fixed("prometheus_stats", 15000));
        json.writePOJO(fixed("agent", 15020));
        json.writeEndArray();
        json.writeArrayFieldStart("dynamic_endpoint_configs");
        for (MeshService service : view.istiod().services()) {
            if (service.any().headless() && !view.proxy().isGateway()) {
                continue;
            }
            for (Port port : service.any().ports()) {
                json.writePOJO(assignment(service, port));
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static Map<String, Object> fixed(String cluster, int port) {
        Map<String, Object> endpoint = Tree.of(
                "endpoint",
                Tree.of("address", EnvoyAddress.socket("127.0.0.1", port)),
                "health_status",
                "HEALTHY",
                "load_balancing_weight",
                1);
        return Tree.of(
                "endpoint_config",
                Tree.of(
                        "@type",
                        TYPE,
                        "cluster_name",
                        cluster,
                        "endpoints",
                        List.of(Tree.of("locality", Tree.of(), "lb_endpoints", List.of(endpoint))),
                        "policy",
                        Tree.of("overprovisioning_factor", 140)));
    }

    private Map<String, Object> assignment(MeshService service, Port port) {
        Map<Locality, List<Object>> byLocality = new LinkedHashMap<>();
        Map<Locality, Integer> weights = new LinkedHashMap<>();
        for (Destination destination : view.istiod().destinations(service, port)) {
            Locality locality = Locality.of(destination.node());
            byLocality.computeIfAbsent(locality, key -> new ArrayList<>()).add(endpoint(destination));
            weights.merge(locality, destination.weight(), Integer::sum);
        }
        List<Object> groups = new ArrayList<>();
        byLocality.forEach((locality, endpoints) -> groups.add(Tree.of(
                "locality", Tree.of("region", locality.region(), "zone", locality.zone()),
                "lb_endpoints", endpoints,
                "load_balancing_weight", weights.get(locality),
                "priority", priority(locality))));
        return Tree.of(
                "endpoint_config",
                Tree.of(
                        "@type",
                        TYPE,
                        "cluster_name",
                        Clusters.outbound(view, service, port),
                        "endpoints",
                        groups.isEmpty() ? null : groups,
                        "policy",
                        Tree.of("overprovisioning_factor", 140)));
    }

    /** Other regions come second, as locality failover orders them; 0 is not printed. */
    private Integer priority(Locality locality) {
        return locality.region().equals(view.cluster().spec().region()) ? null : 1;
    }

    private record Locality(String region, String zone) {
        static Locality of(Node node) {
            return new Locality(node.region(), node.zone());
        }
    }

    private Map<String, Object> endpoint(Destination destination) {
        boolean ejected = destination.gatewayOf().filter(view::ejected).isPresent();
        return Tree.of(
                "endpoint",
                Tree.of(
                        "address", EnvoyAddress.socket(destination.address(), destination.port()),
                        "health_check_config", Tree.of()),
                "health_status",
                ejected ? "UNHEALTHY" : "HEALTHY",
                "metadata",
                Tree.of(
                        "filter_metadata",
                        Tree.of(
                                "istio",
                                Tree.of("workload", destination.workload()),
                                "envoy.transport_socket_match",
                                destination.mtls() ? Tree.of("tlsMode", "istio") : null)),
                "load_balancing_weight",
                destination.weight());
    }
}
