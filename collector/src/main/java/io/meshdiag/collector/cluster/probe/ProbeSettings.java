package io.meshdiag.collector.cluster.probe;

import java.time.Duration;

/**
 * Whether and how peers are probed.
 *
 * @param enabled off by default: probes connect to other clusters
 * @param interval between two rounds
 * @param pause between two aims of a round, on average
 * @param timeout of each rung
 * @param maxAims per round; of more, the later ones in their order are left out and the board says so
 */
public record ProbeSettings(boolean enabled, Duration interval, Duration pause, Duration timeout, int maxAims) {
    public static final ProbeSettings DEFAULT =
            new ProbeSettings(false, Duration.ofMinutes(5), Duration.ofSeconds(2), Duration.ofSeconds(5), 256);
}
