package io.meshdiag.simulator.artifact.envoy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.IstiodView.MeshService;
import io.meshdiag.simulator.fleet.Port;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** ClustersConfigDump: one cluster per port of each Service, and the ones that every proxy has. */
final class Clusters {
    private static final String TYPE = "type.googleapis.com/envoy.config.cluster.v3.Cluster";

    private final ProxyView view;

    Clusters(ProxyView view) {
        this.view = view;
    }

    /** Name of the cluster for calls of a port. */
    static String outbound(ProxyView view, MeshService service, Port port) {
        String host = service.any().hostname();
        return view.proxy().isGateway()
                ? "outbound_." + port.port() + "_._." + host
                : "outbound|" + port.port() + "||" + host;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("@type", "type.googleapis.com/envoy.admin.v3.ClustersConfigDump");
        json.writeStringField("version_info", view.version());
        json.writeArrayFieldStart("static_clusters");
        for (String name : List.of("prometheus_stats", "agent", "sds-grpc", "xds-grpc")) {
            json.writePOJO(Tree.of(
                    "cluster", Tree.of("@type", TYPE, "name", name, "type", "STATIC", "connect_timeout", "0.250s"),
                    "last_updated", view.updated()));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("dynamic_active_clusters");
        json.writePOJO(
                entry(Tree.of("@type", TYPE, "name", "BlackHoleCluster", "type", "STATIC", "connect_timeout", "10s")));
        for (MeshService service : view.istiod().services()) {
            for (Port port : service.any().ports()) {
                json.writePOJO(entry(outbound(service, port)));
            }
        }
        if (!view.proxy().isGateway()) {
            json.writePOJO(entry(Tree.of(
                    "@type",
                    TYPE,
                    "name",
                    "InboundPassthroughCluster",
                    "type",
                    "ORIGINAL_DST",
                    "connect_timeout",
                    "10s",
                    "lb_policy",
                    "CLUSTER_PROVIDED")));
            json.writePOJO(entry(Tree.of(
                    "@type",
                    TYPE,
                    "name",
                    "PassthroughCluster",
                    "type",
                    "ORIGINAL_DST",
                    "connect_timeout",
                    "10s",
                    "lb_policy",
                    "CLUSTER_PROVIDED")));
            json.writePOJO(entry(Tree.of(
                    "@type",
                    TYPE,
                    "name",
                    "inbound|8080||",
                    "type",
                    "ORIGINAL_DST",
                    "connect_timeout",
                    "10s",
                    "lb_policy",
                    "CLUSTER_PROVIDED")));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private Map<String, Object> entry(Map<String, Object> cluster) {
        return Tree.of("version_info", view.version(), "cluster", cluster, "last_updated", view.updated());
    }

    private Map<String, Object> outbound(MeshService service, Port port) {
        String name = outbound(view, service, port);
        boolean eds = !service.any().headless() || view.proxy().isGateway();
        Map<String, Object> host =
                Tree.of("host", service.any().hostname(), "name", service.name(), "namespace", service.namespace());
        return Tree.of(
                "@type",
                TYPE,
                "name",
                name,
                "type",
                eds ? "EDS" : "ORIGINAL_DST",
                "eds_cluster_config",
                eds
                        ? Tree.of(
                                "eds_config",
                                Tree.of("ads", Tree.of(), "initial_fetch_timeout", "0s", "resource_api_version", "V3"),
                                "service_name",
                                name)
                        : null,
                "connect_timeout",
                "10s",
                "lb_policy",
                eds ? "LEAST_REQUEST" : "CLUSTER_PROVIDED",
                "metadata",
                Tree.of("filter_metadata", Tree.of("istio", Tree.of("services", List.of(host)))),
                "transport_socket_matches",
                view.proxy().isGateway()
                        ? null
                        : List.of(
                                Tree.of("name", "tlsMode-istio", "match", Tree.of("tlsMode", "istio")),
                                Tree.of("name", "tlsMode-disabled", "match", Tree.of())));
    }
}
