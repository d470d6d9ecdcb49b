package io.meshdiag.collector.cluster;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.time.InstantSource;
import java.util.List;

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

    /** Key of the cluster: what all its facts' keys begin with. */
    public String clusterKey() {
        return new FactKey(meshId, FactKey.clusterSegment(clusterId, clusterUid), FactKind.HEARTBEAT, List.of())
                .clusterKey();
    }
}
