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
        Instant createdAt,
        Map<String, Object> spec,
        Map<String, Object> status) {}
