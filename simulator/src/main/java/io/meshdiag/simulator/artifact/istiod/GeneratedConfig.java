package io.meshdiag.simulator.artifact.istiod;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.simulator.artifact.JsonPage;
import io.meshdiag.simulator.artifact.envoy.ConfigDump;
import io.meshdiag.simulator.artifact.envoy.ProxyView;
import io.meshdiag.simulator.fleet.Rejection;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * /debug/config_dump: what istiod would send to a proxy now. The form is Envoy's, in camel case, with dynamic resources
 * only; versions are those of the newest push. What that push changed, a proxy that refused it or never answered has as it
 * was before: the refused listener, or one endpoint, whose pod is gone since.
 */
public final class GeneratedConfig extends JsonPage {
    private static final JsonMapper JSON = new JsonMapper();
    /** Istio's and the user's own names, which are values. */
    private static final Set<String> OPAQUE = Set.of("filterMetadata", "metadata");

    private final ProxyView view;
    private final boolean endpoints;

    /** @param endpoints whether endpoints are asked for too */
    public GeneratedConfig(ProxyView view, boolean endpoints) {
        super("debug/config_dump", true);
        this.view = view;
        this.endpoints = endpoints;
    }

    @Override
    protected void write(JsonGenerator json) throws IOException {
        StringWriter dump = new StringWriter();
        new ConfigDump(view).writeTo(dump);
        json.writeStartObject();
        json.writeArrayFieldStart("configs");
        for (JsonNode section : JSON.readTree(dump.toString()).path("configs")) {
            String type = section.path("@type").asText();
            if (type.endsWith(".BootstrapConfigDump")) {
                json.writePOJO(Map.of("@type", type, "bootstrap", Map.of()));
            } else if (endpoints || !type.endsWith(".EndpointsConfigDump")) {
                bringUpToDate(section, type);
                json.writePOJO(generated(section, version(type)));
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void bringUpToDate(JsonNode section, String type) {
        if (type.endsWith(".ListenersConfigDump") && view.rejection() != null) {
            for (JsonNode listener : section.path("dynamic_listeners")) {
                if (listener.path("name").asText().equals(view.rejection().listener())) {
                    ((ObjectNode) listener.path("active_state").path("listener"))
                            .put("continue_on_listener_filters_timeout", true);
                }
            }
        } else if (type.endsWith(".EndpointsConfigDump") && unanswered() != null) {
            for (JsonNode assignment : section.path("dynamic_endpoint_configs")) {
                JsonNode endpoints = assignment.at("/endpoint_config/endpoints/0/lb_endpoints");
                if (!endpoints.isEmpty()) {
                    ((ArrayNode) endpoints).remove(0);
                    return;
                }
            }
        }
    }

    private Instant unanswered() {
        return view.cluster().unanswered().get(view.proxy().id());
    }

    private String version(String type) {
        Rejection rejection = view.rejection();
        if (type.endsWith(".ListenersConfigDump") && rejection != null) {
            return rejection.pushVersion();
        }
        if (type.endsWith(".EndpointsConfigDump") && unanswered() != null) {
            return unanswered() + "/59";
        }
        return view.version();
    }

    private static JsonNode generated(JsonNode from, String version) {
        if (from.isArray()) {
            var array = JSON.createArrayNode();
            from.forEach(element -> array.add(generated(element, version)));
            return array;
        }
        if (!from.isObject()) {
            return from;
        }
        ObjectNode object = JSON.createObjectNode();
        from.properties().forEach(field -> {
            String name = camelCase(field.getKey());
            boolean envoysOwn = field.getKey().startsWith("static_")
                    || Set.of("error_state", "client_status", "last_updated").contains(field.getKey());
            if (name.equals("versionInfo")) {
                object.put(name, version);
            } else if (!envoysOwn) {
                object.set(name, OPAQUE.contains(name) ? field.getValue() : generated(field.getValue(), version));
            }
        });
        return object;
    }

    private static String camelCase(String name) {
        StringBuilder camel = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            boolean hump = name.charAt(i) == '_' && i + 1 < name.length();
            camel.append(hump ? Character.toUpperCase(name.charAt(++i)) : name.charAt(i));
        }
        return camel.toString();
    }
}
