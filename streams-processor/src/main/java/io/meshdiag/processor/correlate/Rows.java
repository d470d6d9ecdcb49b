package io.meshdiag.processor.correlate;

import io.meshdiag.processor.scope.RowKeys;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/**
 * All rows of one scope, as they are in the store.
 *
 * @param clusters summaries of clusters, in the order of their keys
 * @param facts in the order of their keys
 */
record Rows(List<ClusterSummary> clusters, List<Row<?>> facts) {

    static Rows scan(ReadOnlyKeyValueStore<String, SpecificRecord> store, String scope) {
        List<ClusterSummary> clusters = new ArrayList<>();
        List<Row<?>> facts = new ArrayList<>();
        try (KeyValueIterator<String, SpecificRecord> rows =
                store.prefixScan(RowKeys.prefix(scope), new StringSerializer())) {
            while (rows.hasNext()) {
                KeyValue<String, SpecificRecord> row = rows.next();
                if (row.value instanceof ClusterSummary summary) {
                    clusters.add(summary);
                } else {
                    facts.add(new Row<>(FactKey.parse(RowKeys.row(row.key)), row.value));
                }
            }
        }
        return new Rows(clusters, facts);
    }

    /** The cluster's rows of one kind: they stand together in the store. */
    static List<Row<?>> ofKind(ReadOnlyKeyValueStore<String, SpecificRecord> store, String cluster, Class<?> kind) {
        List<Row<?>> facts = new ArrayList<>();
        // "Workload" is the beginning of "WorkloadEntry" too, hence the look at the class.
        String prefix = RowKeys.of(cluster, cluster + "/" + FactKind.of(kind).segment());
        try (KeyValueIterator<String, SpecificRecord> rows = store.prefixScan(prefix, new StringSerializer())) {
            while (rows.hasNext()) {
                KeyValue<String, SpecificRecord> row = rows.next();
                if (kind.isInstance(row.value)) {
                    facts.add(new Row<>(FactKey.parse(RowKeys.row(row.key)), row.value));
                }
            }
        }
        return facts;
    }

    /** Scopes that have anything in a store. */
    static Set<String> scopes(ReadOnlyKeyValueStore<String, ?> store) {
        Set<String> scopes = new TreeSet<>();
        try (KeyValueIterator<String, ?> rows = store.all()) {
            while (rows.hasNext()) {
                scopes.add(RowKeys.scope(rows.next().key));
            }
        }
        return scopes;
    }

    /** Whose being watched live moves the scope's time on: the clusters, since a machine that was switched off must not stop it; else the machines. */
    List<ClusterSummary> timekeepers() {
        List<ClusterSummary> real =
                clusters.stream().filter(cluster -> cluster.getVm() == null).toList();
        return real.isEmpty() ? clusters : real;
    }

    /** Newest observation; the epoch when there is none. */
    Instant newest() {
        Instant newest = Instant.EPOCH;
        for (ClusterSummary cluster : clusters) {
            newest = later(newest, cluster.getAsOf());
        }
        for (Row<?> row : facts) {
            newest = later(newest, Facts.header(row.fact()).getObservedAt());
        }
        return newest;
    }

    private static Instant later(Instant a, Instant b) {
        return b.isAfter(a) ? b : a;
    }
}
