package io.meshdiag.simulator.artifact.envoy;

import com.fasterxml.jackson.core.JsonGenerator;
import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.IstiodView.MeshService;
import io.meshdiag.simulator.fleet.Port;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** RoutesConfigDump: per HTTP port a virtual host for each Service. Gateways that only pass TLS through have none. */
final class Routes {
    private final ProxyView view;

    Routes(ProxyView view) {
        this.view = view;
    }

    void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("@type", "type.googleapis.com/envoy.admin.v3.RoutesConfigDump");
        json.writeArrayFieldStart("dynamic_route_configs");
        if (!view.proxy().isGateway()) {
            for (int port : new Listeners(view).httpPorts()) {
                json.writePOJO(Tree.of(
                        "version_info",
                        view.version(),
                        "route_config",
                        Tree.of(
                                "@type",
                                "type.googleapis.com/envoy.config.route.v3.RouteConfiguration",
                                "name",
                                Integer.toString(port),
                                "virtual_hosts",
                                hosts(port),
                                "validate_clusters",
                                false),
                        "last_updated",
                        view.updated()));
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private List<Object> hosts(int port) {
        List<Object> hosts = new ArrayList<>();
        for (MeshService service : view.istiod().services()) {
            for (Port each : service.any().ports()) {
                if (each.port() == port && each.protocol().equals("HTTP")) {
                    hosts.add(host(service, each));
                }
            }
        }
        hosts.add(Tree.of(
                "name",
                "allow_any",
                "domains",
                List.of("*"),
                "routes",
                List.of(Tree.of(
                        "match", Tree.of("prefix", "/"),
                        "route", Tree.of("cluster", "PassthroughCluster", "timeout", "0s"),
                        "name", "allow_any"))));
        return hosts;
    }

    private Map<String, Object> host(MeshService service, Port port) {
        String name = service.any().hostname();
        return Tree.of(
                "name",
                name + ":" + port.port(),
                "domains",
                List.of(name, service.name() + "." + service.namespace()),
                "routes",
                List.of(Tree.of(
                        "match",
                        Tree.of("prefix", "/"),
                        "route",
                        Tree.of("cluster", Clusters.outbound(view, service, port), "timeout", "0s"),
                        "name",
                        "default")));
    }
}
