package io.meshdiag.collector.archive;

import io.meshdiag.collector.extract.Origin;
import java.time.Instant;

/**
 * Which cluster, or which virtual machine, an archive is of, and when it was made.
 *
 * @param clusterUid UID of the namespace kube-system, or the machine's own; empty when the archive does not tell
 * @param clusterIdSource see ClusterProfile.clusterIdSource
 * @param observedAt when the archive was made
 * @param timeSource how that was found: "bug-report.log", "capture.json", "newest file" or "newest line of istiod's log"
 * @param istioVersion version of one of its istiods; null when unknown
 * @param vm name of the virtual machine that the archive is a capture of; null when it is of a cluster
 */
public record ClusterIdentity(
        String meshId,
        String clusterId,
        String clusterUid,
        String clusterIdSource,
        Instant observedAt,
        String timeSource,
        String istioVersion,
        String vm) {

    /** Header values of the cluster's facts. */
    public Origin origin() {
        return new Origin(meshId, clusterId, clusterUid, vm == null ? "collector" : "vm/" + vm, observedAt, "archive");
    }

    /** Equal for two archives of one cluster. */
    public String sameness() {
        return clusterUid.isEmpty() ? meshId + "/" + clusterId : clusterUid;
    }
}
