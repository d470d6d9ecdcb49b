package io.meshdiag.collector.cluster.istiod;

import java.time.Duration;

/**
 * How often istiods are asked.
 *
 * @param interval between rounds: syncz, clusterz, networkz and metrics are read in each
 * @param shards between two readings of endpointShardz, the largest page
 * @param mesh between two readings of the mesh config
 * @param registry between two readings of registryz, which is large and rarely new
 * @param missing after which time a page that a replica does not have is asked for again
 * @param longestBackoff a replica that fails is left alone for at most so long
 * @param spread longest pause between two replicas, chosen at random
 */
public record IstiodSettings(
        Duration interval,
        Duration shards,
        Duration mesh,
        Duration registry,
        Duration missing,
        Duration longestBackoff,
        Duration spread) {
    /** Twice a minute, so that a stale proxy is told from a push in flight within a minute. */
    public static final IstiodSettings DEFAULT = new IstiodSettings(
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofSeconds(1));
}
