package io.meshdiag.collector.cluster.istiod;

import io.meshdiag.collector.extract.istiod.IstiodPod;
import java.time.Instant;

/**
 * What istiod's syncz said last about one proxy of this cluster.
 *
 * @param type sidecar, router, waypoint, ztunnel; null before Istio 1.18
 * @param istiod the replica that serves it; the one that sent to it last, while it moves between two
 * @param firstSeen when this collector saw it connected for the first time
 * @param staleSince since when a response is not acknowledged; null when all are. A push in flight makes a proxy stale for a moment
 * @param rejected true when its last answer to any type was a rejection
 */
public record ProxySighting(
        String namespace,
        String name,
        String type,
        IstiodPod istiod,
        Instant firstSeen,
        Instant staleSince,
        boolean rejected) {}
