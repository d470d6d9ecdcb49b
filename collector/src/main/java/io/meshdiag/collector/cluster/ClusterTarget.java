package io.meshdiag.collector.cluster;

import io.fabric8.kubernetes.client.Config;

/**
 * A cluster that is to be collected from.
 *
 * @param name how the operator calls it: the context's name, or {@value #IN_CLUSTER}
 * @param client how its API server is reached; holds credentials, so that it must not be printed
 */
public record ClusterTarget(String name, Config client) {
    /** The cluster that this program runs in. */
    public static final String IN_CLUSTER = "in-cluster";

    @Override
    public String toString() {
        return name;
    }
}
