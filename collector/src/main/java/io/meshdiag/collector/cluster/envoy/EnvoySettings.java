package io.meshdiag.collector.cluster.envoy;

import java.time.Duration;

/**
 * How much of Envoy is read, and how often.
 *
 * @param interval between rounds; what a round may read is up to the budget
 * @param proxiesPerMinute dumps at most; 0 = none at all
 * @param bytesPerMinute of all dumps together, as they come decompressed; 0 = none at all
 * @param maxDumpBytes of one dump: what is longer is cut there, and its facts are marked as truncated
 * @param again after how long a proxy that is rejecting, stale, not ready or a gateway comes before the others again
 * @param newFor how long a proxy counts as newly started
 * @param firstRetry wait after the first failure of a proxy; doubled with each further one, up to {@link #maxRetry}
 * @param maxRetry longest wait of a proxy that keeps failing
 * @param staleAfter how long a proxy must have left the same update unacknowledged before it is compared with istiod's view
 */
public record EnvoySettings(
        Duration interval,
        int proxiesPerMinute,
        long bytesPerMinute,
        long maxDumpBytes,
        Duration again,
        Duration newFor,
        Duration firstRetry,
        Duration maxRetry,
        Duration staleAfter) {
    /** A mesh of 2,000 proxies is seen once in a little over three hours, those with trouble within minutes. */
    public static final EnvoySettings DEFAULT = new EnvoySettings(
            Duration.ofSeconds(10),
            10,
            32L << 20,
            128L << 20,
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(30),
            Duration.ofMinutes(1));

    public EnvoySettings {
        if (proxiesPerMinute < 0 || bytesPerMinute < 0) {
            throw new IllegalArgumentException("a budget is 0 (no dumps) or more");
        }
        if (maxDumpBytes < 1) {
            throw new IllegalArgumentException("maxDumpBytes must be at least 1");
        }
    }

    /** How long a proxy is left alone after that many failures in a row. */
    Duration retryAfter(int failures) {
        Duration wait = firstRetry.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), 20));
        return wait.compareTo(maxRetry) < 0 ? wait : maxRetry;
    }
}
