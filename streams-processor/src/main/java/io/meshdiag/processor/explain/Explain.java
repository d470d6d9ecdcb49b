package io.meshdiag.processor.explain;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.RootCause;
import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.ProcessorMetrics.Hop;
import io.meshdiag.processor.correlate.DirtyScopes;
import io.meshdiag.processor.rules.Silences;
import io.meshdiag.processor.scope.RowKeys;
import io.meshdiag.schema.FindingHeaders;
import io.meshdiag.state.FindingEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** Gives every finding of a mesh its place in an incident, and writes a revision when a reader would see a difference. */
public final class Explain implements ProcessorSupplier<String, Finding, String, Finding> {
    private final StoreBuilder<KeyValueStore<String, FindingEntry>> store;
    private final Edges edges;
    private final Patience patience;
    private final Silences silences;
    private final Duration interval;
    private final ProcessorMetrics metrics;

    public Explain(
            StoreBuilder<KeyValueStore<String, FindingEntry>> findingsByMesh,
            Edges edges,
            Patience patience,
            Silences silences,
            Duration interval,
            ProcessorMetrics metrics) {
        this.store = findingsByMesh;
        this.edges = edges;
        this.patience = patience;
        this.silences = silences;
        this.interval = interval;
        this.metrics = metrics;
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(store);
    }

    @Override
    public Processor<String, Finding, String, Finding> get() {
        return new Incidents();
    }

    private final class Incidents extends ContextualProcessor<String, Finding, String, Finding> {
        private final DirtyScopes dirty = new DirtyScopes(metrics);
        private KeyValueStore<String, FindingEntry> findings;

        @Override
        public void init(ProcessorContext<String, Finding> context) {
            super.init(context);
            findings = context.getStateStore(store.name());
            try (KeyValueIterator<String, FindingEntry> all = findings.all()) {
                while (all.hasNext()) {
                    dirty.mark(RowKeys.scope(all.next().key));
                }
            }
            context.schedule(
                    interval,
                    PunctuationType.WALL_CLOCK_TIME,
                    now -> dirty.drain(Instant.ofEpochMilli(now), mesh -> evaluate(mesh, now)));
        }

        @Override
        public void process(Record<String, Finding> record) {
            FindingEntry entry = findings.get(record.key());
            if (record.value() != null) {
                Finding published = entry == null ? null : entry.getPublished();
                findings.put(record.key(), new FindingEntry(record.value(), published));
            } else if (entry != null) {
                findings.delete(record.key());
                if (entry.getPublished() != null) {
                    write(RowKeys.row(record.key()), null, context().currentSystemTimeMs());
                }
            }
            dirty.mark(RowKeys.scope(record.key()));
            metrics.received(Hop.INCIDENT);
        }

        private void evaluate(String mesh, long now) {
            Map<String, FindingEntry> entries = entries(mesh);
            Attribution attribution = Attribution.of(
                    entries.values().stream()
                            .map(FindingEntry::getLatest)
                            .filter(finding -> finding.getState() != DetectionState.RESOLVED)
                            .toList(),
                    edges);
            Map<String, FindingEntry> byId = new HashMap<>();
            entries.values().forEach(entry -> byId.put(entry.getLatest().getId(), entry));
            Instant time = Instant.ofEpochMilli(now);
            List<Instant> again = new ArrayList<>();
            entries.forEach((key, entry) -> {
                Relation relation = relation(entry, attribution);
                Optional<Instant> waits = patience.waitsUntil(entry, relation, edges, time);
                Optional<Instant> stays =
                        relation == Relation.SYMPTOM ? Optional.empty() : patience.staysUntil(entry, byId, time);
                waits.ifPresent(again::add);
                stays.ifPresent(again::add);
                if (waits.isEmpty()) {
                    Finding placed = placed(entry, attribution, stays.isPresent());
                    revise(key, entry, told(entry.getPublished(), placed, time), now);
                }
            });
            silences.nextEnd(time).ifPresent(again::add);
            dirty.judgeAgain(mesh, again.stream().min(Instant::compareTo));
        }

        /**
         * Says whether people decided not to be told. What rests on an archive is compared with the archive's time, so that reading it later gives
         * the same; what is resolved stays as it was told.
         */
        private Finding told(Finding published, Finding placed, Instant now) {
            boolean over = placed.getState() == DetectionState.RESOLVED && published != null;
            Instant at = placed.getSeenOnce() ? placed.getLastSeen() : now;
            return Finding.newBuilder(placed)
                    .setSuppression(over ? published.getSuppression() : silences.of(placed, at))
                    .build();
        }

        private void revise(String key, FindingEntry entry, Finding placed, long now) {
            Revision.next(entry.getPublished(), placed).ifPresent(revision -> {
                findings.put(key, new FindingEntry(entry.getLatest(), revision));
                metrics.revisionWritten();
                write(revision.getId(), revision, now);
            });
        }

        private Map<String, FindingEntry> entries(String mesh) {
            Map<String, FindingEntry> entries = new TreeMap<>();
            try (KeyValueIterator<String, FindingEntry> rows =
                    findings.prefixScan(RowKeys.prefix(mesh), new StringSerializer())) {
                while (rows.hasNext()) {
                    KeyValue<String, FindingEntry> row = rows.next();
                    entries.put(row.key, row.value);
                }
            }
            return entries;
        }

        private void write(String id, Finding revision, long now) {
            Record<String, Finding> record = new Record<>(id, revision, now);
            context().forward(revision == null ? record : record.withHeaders(headers(revision)));
        }

        @Override
        public void close() {
            dirty.close();
        }
    }

    private static Relation relation(FindingEntry entry, Attribution attribution) {
        RootCause cause = attribution.rootCause().get(entry.getLatest().getId());
        return cause == null ? Relation.INDEPENDENT : cause.getRelation();
    }

    /**
     * An open finding gets the place that it has now; a resolved one keeps the place that it had.
     *
     * @param stays true when it stays, for a while, a symptom of what explained it
     */
    private static Finding placed(FindingEntry entry, Attribution attribution, boolean stays) {
        Finding latest = entry.getLatest();
        Finding published = entry.getPublished();
        String id = latest.getId();
        Finding.Builder placed = Finding.newBuilder(latest);
        if (attribution.rootCause().containsKey(id) && !stays) {
            placed.setRootCause(attribution.rootCause().get(id))
                    .setIncidentId(attribution.incidents().get(id))
                    .setExplains(attribution.explains().get(id));
        } else if (published != null) {
            placed.setRootCause(published.getRootCause())
                    .setIncidentId(published.getIncidentId())
                    .setExplains(published.getExplains());
        }
        return placed.build();
    }

    private static Headers headers(Finding revision) {
        Headers headers = new RecordHeaders();
        FindingHeaders.write(revision, headers);
        return headers;
    }
}
