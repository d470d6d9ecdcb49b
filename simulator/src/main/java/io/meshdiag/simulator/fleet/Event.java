package io.meshdiag.simulator.fleet;

import java.time.Instant;

/** A Kubernetes event. */
public record Event(
        String namespace,
        String type,
        String reason,
        String object,
        String source,
        String message,
        Instant firstAt,
        Instant lastAt,
        int count) {}
