package io.meshdiag.collector.extract.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Endpoints of one Service from all its EndpointSlices (or, in older archives, its Endpoints object), each counted once: a dual-stack pod
 * stands in two slices and is still one endpoint.
 */
public final class Endpoints {
    /** Key: the pod as namespace/name, or the address where no pod is named; value: whether it is ready. */
    private final Map<String, Boolean> byTarget = new LinkedHashMap<>();

    /** Name of the Service that a slice belongs to; null for a slice of no Service. */
    static String serviceOf(KubernetesObject slice) {
        return slice.kind().equals("EndpointSlice") ? slice.label("kubernetes.io/service-name") : slice.name();
    }

    /** Adds an EndpointSlice. A condition that is not set means ready (discovery/v1). */
    void addSlice(KubernetesObject slice) {
        for (JsonNode endpoint : slice.json().path("endpoints")) {
            JsonNode ready = endpoint.path("conditions").path("ready");
            boolean isReady = ready.isMissingNode() || ready.isNull() || ready.asBoolean();
            if (endpoint.path("targetRef").path("kind").asText().equals("Pod")) {
                add(pod(endpoint, slice.namespace()), isReady);
            } else {
                endpoint.path("addresses").forEach(address -> add(KubernetesObject.name(address), isReady));
            }
        }
    }

    /** Adds an object of the older kind Endpoints. */
    void addLegacy(KubernetesObject endpoints) {
        for (JsonNode subset : endpoints.json().path("subsets")) {
            subset.path("addresses").forEach(address -> addLegacy(address, endpoints.namespace(), true));
            subset.path("notReadyAddresses").forEach(address -> addLegacy(address, endpoints.namespace(), false));
        }
    }

    private void addLegacy(JsonNode address, String namespace, boolean ready) {
        boolean pod = address.path("targetRef").path("kind").asText().equals("Pod");
        add(pod ? pod(address, namespace) : KubernetesObject.name(address.path("ip")), ready);
    }

    private static String pod(JsonNode endpoint, String namespace) {
        return namespace + "/"
                + KubernetesObject.name(endpoint.path("targetRef").path("name"));
    }

    private void add(String target, boolean ready) {
        byTarget.merge(target, ready, Boolean::logicalOr);
    }

    /** Targets with their readiness. */
    Map<String, Boolean> targets() {
        return byTarget;
    }

    int ready() {
        return (int) byTarget.values().stream().filter(r -> r).count();
    }

    int notReady() {
        return byTarget.size() - ready();
    }
}
