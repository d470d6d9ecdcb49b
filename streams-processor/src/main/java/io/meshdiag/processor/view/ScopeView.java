package io.meshdiag.processor.view;

import io.meshdiag.schema.FactKey;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** What is known in one scope, as of one time. */
public interface ScopeView {
    /** A fact with its key. */
    record Row<T extends SpecificRecord>(FactKey key, T fact) {
        /** Id of the cluster whose observer saw it. */
        public String clusterId() {
            return key.clusterId();
        }
    }

    /** Mesh id. */
    String mesh();

    /** The view's time: newest event time, moved on by the clock while collectors are live. Detectors know no other. */
    Instant asOf();

    /** Summaries of all clusters that have a say in this scope, sorted by cluster key. */
    List<ClusterSummary> clusters();

    /** Rows of one kind, sorted by key. */
    <T extends SpecificRecord> List<Row<T>> rows(Class<T> kind);

    /** Rows of one kind that one cluster's observers saw, sorted by key. */
    default <T extends SpecificRecord> List<Row<T>> rows(Class<T> kind, ClusterSummary cluster) {
        String segment = FactKey.clusterSegment(cluster.getClusterId(), cluster.getClusterUid());
        return rows(kind).stream()
                .filter(r -> r.key().cluster().equals(segment))
                .toList();
    }

    /** The cluster with this id, when exactly one has it. */
    default Optional<ClusterSummary> cluster(String clusterId) {
        List<ClusterSummary> found = clusters().stream()
                .filter(c -> c.getClusterId().equals(clusterId))
                .toList();
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }
}
