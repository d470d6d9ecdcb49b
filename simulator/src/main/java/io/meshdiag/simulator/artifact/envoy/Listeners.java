package io.meshdiag.simulator.artifact.envoy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.IstiodView.MeshService;
import io.meshdiag.simulator.fleet.Port;
import io.meshdiag.simulator.fleet.Rejection;
import io.meshdiag.simulator.fleet.XdsState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** ListenersConfigDump; a refused listener keeps its old active_state and has an error_state beside it. */
final class Listeners {
    private static final String TYPE = "type.googleapis.com/envoy.config.listener.v3.Listener";

    private final ProxyView view;

    Listeners(ProxyView view) {
        this.view = view;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("@type", "type.googleapis.com/envoy.admin.v3.ListenersConfigDump");
        json.writeStringField("version_info", view.version());
        json.writeArrayFieldStart("static_listeners");
        for (int port : List.of(15090, 15021)) {
            json.writePOJO(Tree.of(
                    "listener",
                    Tree.of("@type", TYPE, "address", EnvoyAddress.socket("0.0.0.0", port), "filter_chains", List.of()),
                    "last_updated",
                    view.updated()));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("dynamic_listeners");
        if (view.proxy().isGateway()) {
            if (view.cluster().passesThrough()) {
                json.writePOJO(entry("0.0.0.0_15443", "0.0.0.0", 15443, "OUTBOUND", passthrough()));
            }
        } else {
            json.writePOJO(entry("virtualOutbound", "0.0.0.0", 15001, "OUTBOUND", List.of()));
            json.writePOJO(entry("virtualInbound", "0.0.0.0", 15006, "INBOUND", inbound()));
            for (int port : httpPorts()) {
                json.writePOJO(entry("0.0.0.0_" + port, "0.0.0.0", port, "OUTBOUND", outboundHttp(port)));
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** HTTP ports of all Services: one listener and one route configuration each. */
    Set<Integer> httpPorts() {
        Set<Integer> ports = new TreeSet<>();
        for (MeshService service : view.istiod().services()) {
            for (Port port : service.any().ports()) {
                if (port.protocol().equals("HTTP")) {
                    ports.add(port.port());
                }
            }
        }
        return ports;
    }

    private Map<String, Object> entry(
            String name, String address, int port, String direction, List<Map<String, Object>> chains) {
        Map<String, Object> listener = Tree.of(
                "@type", TYPE,
                "name", name,
                "address", EnvoyAddress.socket(address, port),
                "filter_chains", chains,
                "traffic_direction", direction);
        Map<String, Object> state =
                Tree.of("version_info", view.version(), "listener", listener, "last_updated", view.updated());
        Rejection rejection = view.rejection();
        boolean refused = rejection != null && rejection.listener().equals(name);
        return Tree.of(
                "name",
                name,
                "active_state",
                state,
                "error_state",
                refused ? error(rejection, listener) : null,
                "client_status",
                refused ? "NACKED" : "ACKED");
    }

    private static Map<String, Object> error(Rejection rejection, Map<String, Object> listener) {
        return Tree.of(
                "failed_configuration", listener,
                "last_update_attempt", rejection.at().plusMillis(290).toString(),
                "details", XdsState.error(rejection).stripTrailing(),
                "version_info", rejection.pushVersion());
    }

    private static List<Map<String, Object>> inbound() {
        Map<String, Object> tls = Tree.of(
                "name",
                "envoy.transport_sockets.tls",
                "typed_config",
                Tree.of(
                        "@type",
                        "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                        "require_client_certificate",
                        true));
        List<Map<String, Object>> chains = new ArrayList<>();
        chains.add(Tree.of(
                "filter_chain_match",
                Tree.of("destination_port", 8080, "transport_protocol", "tls"),
                "filters",
                List.of(connectionManager("inbound_0.0.0.0_8080", null)),
                "transport_socket",
                tls,
                "name",
                "0.0.0.0_8080"));
        return chains;
    }

    private static List<Map<String, Object>> outboundHttp(int port) {
        return List.of(
                Tree.of("filters", List.of(connectionManager("outbound_0.0.0.0_" + port, Integer.toString(port)))));
    }

    private List<Map<String, Object>> passthrough() {
        List<Map<String, Object>> chains = new ArrayList<>();
        for (MeshService service : view.istiod().services()) {
            for (Port port : service.any().ports()) {
                String name = Clusters.outbound(view, service, port);
                chains.add(Tree.of(
                        "filter_chain_match",
                        Tree.of("server_names", List.of(name)),
                        "filters",
                        List.of(Tree.of(
                                "name",
                                "envoy.filters.network.tcp_proxy",
                                "typed_config",
                                Tree.of(
                                        "@type",
                                        "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
                                        "stat_prefix",
                                        name,
                                        "cluster",
                                        name)))));
            }
        }
        return chains;
    }

    private static Map<String, Object> connectionManager(String prefix, String route) {
        return Tree.of(
                "name",
                "envoy.filters.network.http_connection_manager",
                "typed_config",
                Tree.of(
                        "@type",
                        "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3."
                                + "HttpConnectionManager",
                        "stat_prefix",
                        prefix,
                        "rds",
                        route == null
                                ? null
                                : Tree.of(
                                        "config_source",
                                        Tree.of("ads", Tree.of(), "resource_api_version", "V3"),
                                        "route_config_name",
                                        route),
                        "http_filters",
                        List.of(
                                Tree.of("name", "istio.metadata_exchange"),
                                Tree.of("name", "envoy.filters.http.router"))));
    }
}
