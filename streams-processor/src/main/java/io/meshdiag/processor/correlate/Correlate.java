package io.meshdiag.processor.correlate;

import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.ProcessorMetrics.Hop;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.lifecycle.Judgement;
import io.meshdiag.processor.lifecycle.LifeCycle;
import io.meshdiag.processor.lifecycle.Track;
import io.meshdiag.processor.scope.RowKeys;
import io.meshdiag.processor.time.ViewTime;
import io.meshdiag.processor.view.ScopeView;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * A scope over several clusters: keeps its rows, judges it when a row changed or a deadline passed, and lets its findings live on.
 *
 * @param <V> the view that the scope's rules look at
 */
public final class Correlate<V extends ScopeView>
        implements ProcessorSupplier<String, SpecificRecord, String, SpecificRecord> {
    private final Level<V> level;
    private final LifeCycle lifeCycle;
    private final Duration interval;
    private final ProcessorMetrics metrics;

    /**
     * What tells service and mesh scopes apart.
     *
     * @param hop on which the rows come
     * @param gate which of the summaries may be judged by
     * @param assemble makes the view
     */
    public record Level<V extends ScopeView>(
            Hop hop,
            List<Detector<V>> detectors,
            Gate gate,
            Assemble<V> assemble,
            StoreBuilder<KeyValueStore<String, SpecificRecord>> rows,
            StoreBuilder<KeyValueStore<String, Condition>> conditions) {}

    /** Makes a view of a scope. */
    @FunctionalInterface
    public interface Assemble<V extends ScopeView> {
        V view(String scope, Instant asOf, List<ClusterSummary> clusters, List<ScopeView.Row<?>> facts);
    }

    public Correlate(Level<V> level, LifeCycle lifeCycle, Duration interval, ProcessorMetrics metrics) {
        this.level = level;
        this.lifeCycle = lifeCycle;
        this.interval = interval;
        this.metrics = metrics;
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(level.rows(), level.conditions());
    }

    @Override
    public Processor<String, SpecificRecord, String, SpecificRecord> get() {
        return new Scopes();
    }

    private final class Scopes extends ContextualProcessor<String, SpecificRecord, String, SpecificRecord> {
        private final DirtyScopes dirty = new DirtyScopes(metrics);
        private final Judge<V> judge = new Judge<>(level.detectors(), metrics);
        private KeyValueStore<String, SpecificRecord> rows;
        private Track track;

        @Override
        public void init(ProcessorContext<String, SpecificRecord> context) {
            super.init(context);
            rows = context.getStateStore(level.rows().name());
            KeyValueStore<String, Condition> conditions =
                    context.getStateStore(level.conditions().name());
            track = new Track(conditions, lifeCycle);
            Rows.scopes(rows).forEach(dirty::mark);
            Rows.scopes(conditions).forEach(dirty::mark);
            context.schedule(
                    interval,
                    PunctuationType.WALL_CLOCK_TIME,
                    now -> dirty.drain(Instant.ofEpochMilli(now), scope -> evaluate(scope, Instant.ofEpochMilli(now))));
        }

        @Override
        public void process(Record<String, SpecificRecord> record) {
            rows.put(record.key(), record.value());
            dirty.mark(RowKeys.scope(record.key()));
            metrics.received(level.hop());
        }

        private void evaluate(String scope, Instant now) {
            Rows known = Rows.scan(rows, scope);
            Gate.Decision decision = level.gate().decide(known.clusters());
            boolean unintroduced = known.clusters().isEmpty() && !known.facts().isEmpty();
            if (decision.hold() || unintroduced) {
                return;
            }
            boolean gone = known.clusters().isEmpty();
            ViewTime time = ViewTime.of(known.timekeepers(), known.newest(), now);
            V view = level.assemble().view(scope, time.asOf(), decision.clusters(), known.facts());
            List<Judgement> judgements = gone ? judge.knowNothing() : judge.judge(view);
            var judged = new Track.Scope(scope, view.mesh(), time.asOf(), known.clusters(), gone);
            Optional<Instant> due = track.apply(judged, judgements, (id, finding) -> {
                metrics.sent(Hop.INCIDENT);
                context().forward(new Record<>(RowKeys.of(RowKeys.meshOf(scope), id), finding, now.toEpochMilli()));
            });
            dirty.judgeAgain(
                    scope,
                    Stream.concat(due.stream(), Track.judgeAgain(judgements))
                            .filter(at -> time.live() && at.isAfter(now))
                            .min(Instant::compareTo));
        }

        @Override
        public void close() {
            dirty.close();
        }
    }
}
