package io.meshdiag.collector.cluster.objects;

import java.time.Duration;

/**
 * When facts of objects are told.
 *
 * @param coalesce how long changes are gathered before the facts that they touch are made anew
 * @param refresh after this time every fact was presented again, so that a lost record heals
 * @param refreshParts in so many parts, one after the other
 */
public record ObjectsSettings(Duration coalesce, Duration refresh, int refreshParts) {
    public static final ObjectsSettings DEFAULT =
            new ObjectsSettings(Duration.ofMillis(300), Duration.ofMinutes(10), 10);

    public ObjectsSettings {
        if (refreshParts < 1) {
            throw new IllegalArgumentException("a refresh has at least one part, not " + refreshParts);
        }
    }
}
