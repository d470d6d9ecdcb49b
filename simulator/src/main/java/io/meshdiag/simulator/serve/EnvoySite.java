package io.meshdiag.simulator.serve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.simulator.artifact.envoy.CertsPage;
import io.meshdiag.simulator.artifact.envoy.ConfigDump;
import io.meshdiag.simulator.artifact.envoy.EnvoyStats;
import io.meshdiag.simulator.artifact.envoy.ProxyView;
import io.meshdiag.simulator.artifact.envoy.ServerInfo;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;

/** Port 15000 of a proxy: Envoy's admin interface, which listens on the pod's loopback only. */
record EnvoySite(ProxyView view) implements Site {
    private static final JsonMapper JSON = new JsonMapper();

    @Override
    public byte[] page(String pathAndQuery) throws IOException {
        Request request = Request.of(pathAndQuery);
        return switch (request.path()) {
            case "/config_dump" -> dump(request);
            case "/certs" -> Pages.bytes(new CertsPage(view));
            case "/server_info" -> Pages.bytes(new ServerInfo(view));
            case "/stats/prometheus" -> Pages.bytes(new EnvoyStats(view));
            case "/stats" -> request.value("format").equals("prometheus") ? Pages.bytes(new EnvoyStats(view)) : null;
            case "/ready" -> Pages.text("LIVE\n");
            default -> null;
        };
    }

    private byte[] dump(Request request) throws IOException {
        byte[] whole = Pages.bytes(new ConfigDump(view));
        if (request.has("include_eds") && !request.has("mask")) {
            return whole;
        }
        JsonNode dump = JSON.readTree(whole);
        ArrayNode sections = (ArrayNode) dump.path("configs");
        if (!request.has("include_eds")) {
            removeEndpoints(sections);
        }
        if (request.has("mask")) {
            // A field mask keeps what it names, in every section.
            Set<String> kept = new HashSet<>(Arrays.asList(request.value("mask").split(",")));
            kept.add("@type");
            sections.forEach(section -> ((ObjectNode) section).retain(kept));
        }
        return JSON.writeValueAsBytes(dump);
    }

    private static void removeEndpoints(ArrayNode sections) {
        for (Iterator<JsonNode> each = sections.iterator(); each.hasNext(); ) {
            if (each.next().path("@type").asText().endsWith("EndpointsConfigDump")) {
                each.remove();
            }
        }
    }
}
