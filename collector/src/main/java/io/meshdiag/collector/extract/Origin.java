package io.meshdiag.collector.extract;

import io.meshdiag.fact.FactHeader;
import io.meshdiag.schema.TrustedRecords;
import java.time.Instant;

/**
 * Whose page it is: what the header of each of its facts says.
 *
 * @param observer what saw it, see FactHeader.observer
 * @param observedAt event time of the page: when the archive was made, or when the page was fetched
 * @param source see FactHeader.source
 */
public record Origin(
        String meshId, String clusterId, String clusterUid, String observer, Instant observedAt, String source) {
    static {
        // Every fact begins with a header, also where nothing is serialized.
        TrustedRecords.trust();
    }

    /** The same cluster and time, seen by another observer in another source. */
    public Origin seenBy(String otherObserver, String otherSource) {
        return new Origin(meshId, clusterId, clusterUid, otherObserver, observedAt, otherSource);
    }

    /** The same observer and source at another time. */
    public Origin at(Instant time) {
        return new Origin(meshId, clusterId, clusterUid, observer, time, source);
    }

    /** A new header, its content hash still to be stamped. */
    public FactHeader header() {
        return FactHeader.newBuilder()
                .setMeshId(meshId)
                .setClusterId(clusterId)
                .setClusterUid(clusterUid)
                .setObserver(observer)
                .setObservedAt(observedAt)
                .setSource(source)
                .setContentHash("")
                .build();
    }
}
