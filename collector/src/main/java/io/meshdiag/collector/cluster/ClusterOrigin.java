package io.meshdiag.collector.cluster;

import io.meshdiag.collector.extract.Origin;
import java.time.InstantSource;

/**
 * Which cluster this is, known before anything is collected.
 *
 * @param clusterIdSource see ClusterProfile.clusterIdSource
 */
public record ClusterOrigin(
        String meshId, String clusterId, String clusterUid, String clusterIdSource, InstantSource clock) {
    /** Header values of what is seen now. */
    public Origin now(String observer, String source) {
        return new Origin(meshId, clusterId, clusterUid, observer, clock.instant(), source);
    }
}
