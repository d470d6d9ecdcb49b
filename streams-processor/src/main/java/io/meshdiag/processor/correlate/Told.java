package io.meshdiag.processor.correlate;

import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.processor.scope.ClusterState;
import io.meshdiag.processor.scope.RowKeys;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.FleetMember;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What the mesh and the service scopes were last told about each cluster. Key: cluster, NUL, then the key under which the summary was sent. So
 * only differences are sent, and a scope that lost the cluster's last row gets a tombstone.
 */
final class Told {
    private final KeyValueStore<String, ClusterSummary> store;

    Told(KeyValueStore<String, ClusterSummary> store) {
        this.store = store;
    }

    /** What the mesh scope was told. */
    Optional<ClusterSummary> mesh(String cluster) {
        return Optional.ofNullable(store.get(RowKeys.of(cluster, RowKeys.of(RowKeys.meshOf(cluster), cluster))));
    }

    /** What the incident stage was told; a machine is no member. */
    Optional<FleetMember> member(String cluster) {
        return mesh(cluster).filter(summary -> summary.getVm() == null).map(summary -> FleetMember.newBuilder()
                .setClusterId(summary.getClusterId())
                .setNetwork(summary.getNetwork())
                .setVersions(summary.getVersions())
                .build());
    }

    /** True when everybody knows that the cluster is complete. */
    boolean complete(String cluster) {
        return mesh(cluster).map(ClusterSummary::getComplete).orElse(false);
    }

    /** True when a service scope knows this cluster. */
    boolean knows(String cluster, String service) {
        return store.get(RowKeys.of(cluster, RowKeys.of(service, cluster))) != null;
    }

    /** Remembers the new state, and returns what is to be sent: summary by key, null for a tombstone. */
    Map<String, ClusterSummary> update(String cluster, ClusterState state) {
        Map<String, ClusterSummary> old = known(cluster);
        Map<String, ClusterSummary> changes = new LinkedHashMap<>();
        wanted(cluster, state).forEach((key, summary) -> {
            ClusterSummary before = old.remove(key);
            if (before == null || !timeless(before).equals(timeless(summary))) {
                store.put(RowKeys.of(cluster, key), summary);
                changes.put(key, summary);
            }
        });
        old.keySet().forEach(key -> {
            store.delete(RowKeys.of(cluster, key));
            changes.put(key, null);
        });
        return changes;
    }

    private static Map<String, ClusterSummary> wanted(String cluster, ClusterState state) {
        Map<String, ClusterSummary> wanted = new TreeMap<>();
        state.summary().ifPresent(summary -> {
            wanted.put(RowKeys.of(RowKeys.meshOf(cluster), cluster), summary);
            ClusterSummary plain = ClusterState.withoutTrust(summary);
            state.services().forEach(service -> wanted.put(RowKeys.of(service, cluster), plain));
        });
        return wanted;
    }

    private Map<String, ClusterSummary> known(String cluster) {
        Map<String, ClusterSummary> known = new TreeMap<>();
        try (KeyValueIterator<String, ClusterSummary> rows =
                store.prefixScan(RowKeys.prefix(cluster), new StringSerializer())) {
            while (rows.hasNext()) {
                KeyValue<String, ClusterSummary> row = rows.next();
                known.put(RowKeys.row(row.key), row.value);
            }
        }
        return known;
    }

    /** That a cluster was seen again is no news to hundreds of service scopes. */
    private static ClusterSummary timeless(ClusterSummary summary) {
        return ClusterSummary.newBuilder(summary)
                .setAsOf(Instant.EPOCH)
                .setSources(summary.getSources().stream()
                        .map(source -> SourceCoverage.newBuilder(source)
                                .setFreshAt(null)
                                .build())
                        .toList())
                .build();
    }
}
