package io.meshdiag.processor.explain;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.RootCause;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.ProcessorMetrics.Hop;
import io.meshdiag.processor.correlate.DirtyScopes;
import io.meshdiag.processor.lifecycle.LifeCycle;
import io.meshdiag.processor.lifecycle.Track;
import io.meshdiag.processor.rules.IncidentTimes;
import io.meshdiag.processor.rules.RuleSetting;
import io.meshdiag.processor.rules.Silences;
import io.meshdiag.processor.scope.RowKeys;
import io.meshdiag.schema.FindingHeaders;
import io.meshdiag.state.Condition;
import io.meshdiag.state.FindingEntry;
import io.meshdiag.state.FleetMember;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
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
public final class Explain implements ProcessorSupplier<String, SpecificRecord, String, Finding> {
    private final StoreBuilder<KeyValueStore<String, FindingEntry>> store;
    private final StoreBuilder<KeyValueStore<String, FleetMember>> members;
    private final StoreBuilder<KeyValueStore<String, Condition>> conditions;
    private final LifeCycle lifeCycle;
    private final Edges edges;
    private final Patience patience;
    private final RuleSetting commonFactor;
    private final Silences silences;
    private final Duration interval;
    private final ProcessorMetrics metrics;

    public Explain(
            StoreBuilder<KeyValueStore<String, FindingEntry>> findingsByMesh,
            StoreBuilder<KeyValueStore<String, FleetMember>> membersByMesh,
            StoreBuilder<KeyValueStore<String, Condition>> conditionsByIncident,
            LifeCycle lifeCycle,
            Edges edges,
            IncidentTimes times,
            RuleSetting commonFactor,
            Silences silences,
            Duration interval,
            ProcessorMetrics metrics) {
        this.store = findingsByMesh;
        this.members = membersByMesh;
        this.conditions = conditionsByIncident;
        this.lifeCycle = lifeCycle;
        this.edges = edges;
        this.patience = new Patience(times);
        this.commonFactor = commonFactor;
        this.silences = silences;
        this.interval = interval;
        this.metrics = metrics;
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(store, members, conditions);
    }

    @Override
    public Processor<String, SpecificRecord, String, Finding> get() {
        return new Incidents();
    }

    private final class Incidents extends ContextualProcessor<String, SpecificRecord, String, Finding> {
        private final DirtyScopes dirty = new DirtyScopes(metrics);
        private KeyValueStore<String, FindingEntry> findings;
        private KeyValueStore<String, FleetMember> fleet;
        private Suspicions suspicions;

        @Override
        public void init(ProcessorContext<String, Finding> context) {
            super.init(context);
            findings = context.getStateStore(store.name());
            fleet = context.getStateStore(members.name());
            suspicions = new Suspicions(
                    new Track(context.getStateStore(conditions.name()), lifeCycle),
                    CommonFactors.DEFAULT,
                    commonFactor);
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
        public void process(Record<String, SpecificRecord> record) {
            String key = record.key();
            // A tombstone is of what is known under its key.
            if (record.value() instanceof FleetMember || (record.value() == null && fleet.get(key) != null)) {
                fleet.put(key, (FleetMember) record.value());
            } else {
                take(key, (Finding) record.value(), context().currentSystemTimeMs());
            }
            dirty.mark(RowKeys.scope(record.key()));
            metrics.received(Hop.INCIDENT);
        }

        /** What the life cycle sends: the finding as it is now; null when it is forgotten. */
        private void take(String key, Finding latest, long now) {
            FindingEntry entry = findings.get(key);
            if (latest != null) {
                findings.put(key, new FindingEntry(latest, entry == null ? null : entry.getPublished()));
            } else if (entry != null) {
                findings.delete(key);
                if (entry.getPublished() != null) {
                    write(RowKeys.row(key), null, now);
                }
            }
        }

        private void evaluate(String mesh, long now) {
            Instant time = Instant.ofEpochMilli(now);
            List<Instant> again = new ArrayList<>();
            Map<String, FindingEntry> known = entries(mesh);
            Attribution explained = Attribution.of(
                    open(known).filter(f -> !Suspicions.suspected(f)).toList(), edges);
            Suspicions.Judged judged = suspicions.judge(
                    mesh,
                    known.values().stream().map(FindingEntry::getLatest).toList(),
                    leftovers(known, explained, time),
                    new Fleet(rows(fleet, mesh).values()),
                    time,
                    (id, suspicion) -> take(RowKeys.of(mesh, id), suspicion, now));
            judged.again().ifPresent(again::add);
            Map<String, FindingEntry> entries = entries(mesh);
            Map<Finding, List<Finding>> suspected = new HashMap<>();
            open(entries)
                    .filter(Suspicions::suspected)
                    .forEach(f -> suspected.put(f, judged.symptoms().getOrDefault(f.getScopeKey(), List.of())));
            Attribution attribution = explained.with(suspected, open(known).toList());
            Map<String, FindingEntry> byId = byId(entries);
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

        /** What nothing explains, and what does not wait for a cause any more. */
        private List<Finding> leftovers(Map<String, FindingEntry> known, Attribution explained, Instant now) {
            Map<String, FindingEntry> byId = byId(known);
            return known.values().stream()
                    .filter(entry -> Suspicions.open(entry.getLatest()) && !Suspicions.suspected(entry.getLatest()))
                    .filter(entry -> entry.getLatest().getSeverity() != Severity.INFO)
                    .filter(entry -> relation(entry, explained) != Relation.SYMPTOM)
                    .filter(entry -> patience.waitsUntil(entry, relation(entry, explained), edges, now)
                                    .isEmpty()
                            && patience.staysUntil(entry, byId, now).isEmpty())
                    .map(FindingEntry::getLatest)
                    .toList();
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
            return rows(findings, mesh);
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

    private static Stream<Finding> open(Map<String, FindingEntry> entries) {
        return entries.values().stream()
                .map(FindingEntry::getLatest)
                .filter(finding -> finding.getState() != DetectionState.RESOLVED);
    }

    private static <T> Map<String, T> rows(KeyValueStore<String, T> store, String mesh) {
        Map<String, T> all = new TreeMap<>();
        try (KeyValueIterator<String, T> rows = store.prefixScan(RowKeys.prefix(mesh), new StringSerializer())) {
            while (rows.hasNext()) {
                KeyValue<String, T> row = rows.next();
                all.put(row.key, row.value);
            }
        }
        return all;
    }

    private static Map<String, FindingEntry> byId(Map<String, FindingEntry> entries) {
        Map<String, FindingEntry> byId = new HashMap<>();
        entries.values().forEach(entry -> byId.put(entry.getLatest().getId(), entry));
        return byId;
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
