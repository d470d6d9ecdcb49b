package io.meshdiag.simulator.serve;

import java.io.IOException;

/** What a simulated pod serves on one port. */
interface Site {
    /**
     * A page as it is now.
     *
     * @param request path with its query
     * @return null = 404
     */
    byte[] page(String request) throws IOException;

    /** Whether a page wants a caller's token when he does not come from the pod's own loopback. */
    default boolean guarded(String request) {
        return false;
    }
}
