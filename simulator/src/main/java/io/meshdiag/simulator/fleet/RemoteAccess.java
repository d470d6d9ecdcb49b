package io.meshdiag.simulator.fleet;

import java.time.Instant;

/**
 * How one cluster reads another: what its remote secret says, and what came of it.
 *
 * @param target the cluster that its credential and address are of, by the scenario's name
 * @param server host and port in the kubeconfig
 * @param expiresAt end of the token; null for one without an end, as istioctl creates them
 * @param reached false when istiod has not got its first list from there since it started: it then knows nothing of that cluster
 * @param errors of lists and watches since istiod started
 */
public record RemoteAccess(String target, String server, Instant expiresAt, boolean reached, long errors) {
    static RemoteAccess to(Cluster cluster) {
        return new RemoteAccess(cluster.name(), cluster.apiServer(), null, true, 0);
    }

    /** The same with another end of its token. */
    public RemoteAccess until(Instant end) {
        return new RemoteAccess(target, server, end, reached, errors);
    }

    /** The same with another address in the kubeconfig. */
    public RemoteAccess at(String otherServer) {
        return new RemoteAccess(target, otherServer, expiresAt, reached, errors);
    }

    /** The same with the address and the credential of another cluster. */
    public RemoteAccess of(Cluster other) {
        return new RemoteAccess(other.name(), other.apiServer(), expiresAt, reached, errors);
    }

    /** The same after so many errors. */
    public RemoteAccess failing(boolean everReached, long count) {
        return new RemoteAccess(target, server, expiresAt, everReached, count);
    }
}
