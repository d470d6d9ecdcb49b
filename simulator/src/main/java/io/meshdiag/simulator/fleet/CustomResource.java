package io.meshdiag.simulator.fleet;

import java.time.Instant;
import java.util.Map;

/** An object of Istio's API. */
public record CustomResource(
        String apiVersion,
        String kind,
        String namespace,
        String name,
        Map<String, String> labels,
        Map<String, String> annotations,
        Instant createdAt,
        Map<String, Object> spec,
        Map<String, Object> status) {
    /** One without annotations. */
    public CustomResource(
            String apiVersion,
            String kind,
            String namespace,
            String name,
            Map<String, String> labels,
            Instant createdAt,
            Map<String, Object> spec,
            Map<String, Object> status) {
        this(apiVersion, kind, namespace, name, labels, Map.of(), createdAt, spec, status);
    }
}
