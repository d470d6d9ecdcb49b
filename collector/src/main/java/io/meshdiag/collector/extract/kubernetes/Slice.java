package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * What facts need of an EndpointSlice, or of an object of the older kind Endpoints.
 *
 * @param service whose endpoints these are, as namespace/name
 * @param targets see {@link Endpoints}
 */
record Slice(String service, Map<String, Boolean> targets) {

    /** Reduces a slice; null for one of no Service. A condition that is not set means ready (discovery/v1). */
    static Slice of(KubernetesObject slice) {
        String service = slice.label("kubernetes.io/service-name");
        if (service == null) {
            return null;
        }
        Map<String, Boolean> targets = new HashMap<>();
        for (JsonNode endpoint : slice.json().path("endpoints")) {
            JsonNode ready = endpoint.path("conditions").path("ready");
            boolean isReady = ready.isMissingNode() || ready.isNull() || ready.asBoolean();
            if (isPod(endpoint)) {
                add(targets, pod(endpoint, slice.namespace()), isReady);
            } else {
                endpoint.path("addresses").forEach(a -> add(targets, KubernetesObject.name(a), isReady));
            }
        }
        return new Slice(slice.namespace() + "/" + service, Map.copyOf(targets));
    }

    /** Reduces an object of the older kind Endpoints, which has the name of its Service. */
    static Slice ofLegacy(KubernetesObject endpoints) {
        Map<String, Boolean> targets = new HashMap<>();
        for (JsonNode subset : endpoints.json().path("subsets")) {
            subset.path("addresses").forEach(a -> addLegacy(targets, a, endpoints.namespace(), true));
            subset.path("notReadyAddresses").forEach(a -> addLegacy(targets, a, endpoints.namespace(), false));
        }
        return new Slice(endpoints.namespace() + "/" + endpoints.name(), Map.copyOf(targets));
    }

    private static void addLegacy(Map<String, Boolean> targets, JsonNode address, String namespace, boolean ready) {
        add(targets, isPod(address) ? pod(address, namespace) : KubernetesObject.name(address.path("ip")), ready);
    }

    private static boolean isPod(JsonNode endpoint) {
        return endpoint.path("targetRef").path("kind").asText().equals("Pod");
    }

    private static String pod(JsonNode endpoint, String namespace) {
        return namespace + "/"
                + KubernetesObject.name(endpoint.path("targetRef").path("name"));
    }

    private static void add(Map<String, Boolean> targets, String target, boolean ready) {
        targets.merge(target, ready, Boolean::logicalOr);
    }
}
