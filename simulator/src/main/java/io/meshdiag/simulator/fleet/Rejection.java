package io.meshdiag.simulator.fleet;

import java.time.Instant;

/**
 * A push of listeners that a proxy refused.
 *
 * @param listener name of the refused listener
 * @param details Envoy's reason
 */
public record Rejection(String listener, String details, Instant at) {
    /** istiod's push version of the refused push. */
    public String pushVersion() {
        return at + "/58";
    }
}
