package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What readers know of the clusters with one uid, under whatever names: usually of one cluster that changed its name, but clusters that were restored
 * from one copy of etcd have the same uid, too.
 *
 * @param keys of levels and heartbeats
 * @param heartbeats by name ({@link FactKey#clusterKey}), the time of the newest heartbeat's record; names without any are not in it
 */
public record PublishedCluster(Set<FactKey> keys, Map<String, Instant> heartbeats) {
    public PublishedCluster {
        keys = Set.copyOf(keys);
        heartbeats = Map.copyOf(heartbeats);
    }
}
