package io.meshdiag.collector.cluster.pods;

import java.time.Duration;

/**
 * Limits of one answer that has begun.
 *
 * @param deadline as System.nanoTime tells it
 */
record PageLimits(Duration connect, Duration idle, long deadline, long maxBytes) {
    static PageLimits from(AccessSettings settings, long maxBytes) {
        return new PageLimits(
                settings.connect(),
                settings.idle(),
                System.nanoTime() + settings.deadline().toNanos(),
                maxBytes);
    }

    boolean expired() {
        return System.nanoTime() - deadline > 0;
    }
}
