package io.meshdiag.simulator.fleet;

import java.time.Duration;
import java.time.Instant;

/**
 * What is the same for the whole fleet.
 *
 * @param mesh mesh id
 * @param time when the archives were taken
 * @param seed everything that looks random comes from it
 * @param istioVersion version of every istiod and proxy of a cluster that was not upgraded
 * @param fullSecrets archives with the content of Secrets
 * @param dumps proxies per cluster whose Envoy was dumped
 * @param addressing where nodes, pods, gateways and API servers are
 */
public record Settings(
        String mesh,
        Instant time,
        int seed,
        String istioVersion,
        boolean fullSecrets,
        int dumps,
        Addressing addressing) {

    /** When the last push without a fault went out. */
    public Instant pushedAt() {
        return time.minus(Duration.ofMinutes(41)).minusSeconds(17);
    }

    /** istiod's push version of that push. */
    public String pushVersion() {
        return pushedAt() + "/57";
    }
}
