package io.meshdiag.processor.correlate;

import io.meshdiag.finding.Finding;
import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.ProcessorMetrics.Hop;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.lifecycle.Judgement;
import io.meshdiag.processor.lifecycle.LifeCycle;
import io.meshdiag.processor.lifecycle.Track;
import io.meshdiag.processor.scope.ClusterState;
import io.meshdiag.processor.scope.Routed;
import io.meshdiag.processor.scope.Routed.To;
import io.meshdiag.processor.scope.RowKeys;
import io.meshdiag.processor.time.ViewTime;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.Views;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.Condition;
import io.meshdiag.state.FleetMember;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
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
 * The scope of one observer, a cluster or a virtual machine: finds out whether all that a collector counted is there, judges it by the rules for its
 * kind, and tells the wider scopes about it.
 *
 * <p>A summary is sent from here after the facts that it rests on were sent by {@link io.meshdiag.processor.scope.ScopeFacts} in the same task, so
 * it arrives after them.
 */
public final class CorrelateClusters implements ProcessorSupplier<String, Routed, String, Routed> {
    private final Stores stores;
    private final List<Detector<ClusterView>> ofCluster;
    private final List<Detector<ClusterView>> ofMachine;
    private final LifeCycle lifeCycle;
    private final Duration interval;
    private final ProcessorMetrics metrics;

    /**
     * Stores of the cluster scope.
     *
     * @param facts shared with the step before
     * @param told what the wider scopes were told of each cluster: its summary by the key under which they got it
     */
    public record Stores(
            StoreBuilder<KeyValueStore<String, SpecificRecord>> facts,
            StoreBuilder<KeyValueStore<String, ClusterSummary>> told,
            StoreBuilder<KeyValueStore<String, Condition>> conditions) {}

    /** Kinds that the summary is made of: a change of one changes what everybody knows about the cluster or machine. */
    private static final Set<FactKind> SUMMARIZED = EnumSet.of(
            FactKind.HEARTBEAT,
            FactKind.CLUSTER_PROFILE,
            FactKind.REMOTE_SECRET,
            FactKind.REMOTE_CLUSTER_STATUS,
            FactKind.TRUST_BUNDLE,
            FactKind.VM_HEALTH);

    private static final String VM_AGENT = "vm-agent";

    /**
     * A new one.
     *
     * @param ofCluster rules that scopes of clusters are judged by
     * @param ofMachine rules that scopes of virtual machines are judged by
     */
    public CorrelateClusters(
            Stores stores,
            List<Detector<ClusterView>> ofCluster,
            List<Detector<ClusterView>> ofMachine,
            LifeCycle lifeCycle,
            Duration interval,
            ProcessorMetrics metrics) {
        this.stores = stores;
        this.ofCluster = ofCluster;
        this.ofMachine = ofMachine;
        this.lifeCycle = lifeCycle;
        this.interval = interval;
        this.metrics = metrics;
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(stores.facts(), stores.told(), stores.conditions());
    }

    @Override
    public Processor<String, Routed, String, Routed> get() {
        return new Clusters();
    }

    private final class Clusters extends ContextualProcessor<String, Routed, String, Routed> {
        private final DirtyScopes dirty = new DirtyScopes(metrics);
        private final Judge<ClusterView> clusterJudge = new Judge<>(ofCluster, metrics);
        private final Judge<ClusterView> machineJudge = new Judge<>(ofMachine, metrics);
        private final Set<String> heard = new HashSet<>();
        private final Map<String, LastLook> looks = new HashMap<>();
        private KeyValueStore<String, SpecificRecord> facts;
        private Told told;
        private Track track;

        @Override
        public void init(ProcessorContext<String, Routed> context) {
            super.init(context);
            facts = context.getStateStore(stores.facts().name());
            told = new Told(context.getStateStore(stores.told().name()));
            KeyValueStore<String, Condition> conditions =
                    context.getStateStore(stores.conditions().name());
            track = new Track(conditions, lifeCycle);
            Set<String> known = Rows.scopes(facts);
            known.addAll(Rows.scopes(conditions));
            heard.addAll(known);
            known.forEach(dirty::mark);
            context.schedule(
                    interval,
                    PunctuationType.WALL_CLOCK_TIME,
                    now -> dirty.drain(Instant.ofEpochMilli(now), scope -> evaluate(scope, Instant.ofEpochMilli(now))));
        }

        @Override
        public void process(Record<String, Routed> record) {
            String cluster = RowKeys.scope(record.key());
            FactKey key = FactKey.parse(RowKeys.row(record.key()));
            FactKind kind = key.kind();
            if (kind == FactKind.HEARTBEAT) {
                heard.add(cluster);
            }
            // Before the first heartbeat there is nothing to conclude from; a refresh only matters while rows are still
            // being counted.
            boolean changed = record.value().to() == To.CLUSTER || kind == FactKind.HEARTBEAT;
            if (heard.contains(cluster) && (changed || !told.complete(cluster))) {
                dirty.mark(cluster);
                if (concernsSummary(cluster, key)) {
                    looks.remove(cluster);
                } else if (looks.containsKey(cluster)) {
                    looks.get(cluster).changed().add(kind.record());
                }
            }
        }

        private boolean concernsSummary(String cluster, FactKey key) {
            return SUMMARIZED.contains(key.kind())
                    || (key.kind() == FactKind.LOG_SIGNALS
                            && key.subject().get(0).equals(VM_AGENT))
                    || RowKeys.service(key)
                            .filter(service -> !told.knows(cluster, service))
                            .isPresent();
        }

        private void evaluate(String cluster, Instant now) {
            LastLook look = looks.get(cluster);
            if (look == null || look.changed().isEmpty()) {
                lookAtAll(cluster, now);
            } else {
                lookAtChanges(cluster, look, now);
            }
        }

        /**
         * Between two heartbeats only the rules that read what changed are judged again, and only the kinds that they read are loaded: a cluster
         * of 15,000 facts in which pods come and go must not be read as a whole every second.
         */
        private void lookAtChanges(String cluster, LastLook look, Instant now) {
            ViewTime time = ViewTime.of(List.of(look.summary()), look.summary().getAsOf(), now);
            ClusterView view = Views.ofCluster(look.summary(), time.asOf(), kind -> Rows.ofKind(facts, cluster, kind));
            List<Judgement> judgements = judge(look.summary()).judgeAgain(view, look.judgements(), look.changed());
            looks.put(cluster, new LastLook(look.summary(), look.silentAt(), judgements));
            Optional<Instant> due = apply(cluster, look.summary(), time.asOf(), judgements, now);
            judgeAgain(cluster, due, look.silentAt(), now);
        }

        private void judgeAgain(String cluster, Optional<Instant> again, Optional<Instant> silentAt, Instant now) {
            dirty.judgeAgain(
                    cluster,
                    Stream.concat(again.stream(), silentAt.stream())
                            .filter(at -> at.isAfter(now))
                            .min(Instant::compareTo));
        }

        private Optional<Instant> apply(
                String cluster, ClusterSummary summary, Instant asOf, List<Judgement> judgements, Instant now) {
            var scope = new Track.Scope(cluster, summary.getMeshId(), asOf, List.of(summary), false);
            Optional<Instant> due = track.apply(scope, judgements, finding(cluster, now));
            return Stream.concat(due.stream(), Track.judgeAgain(judgements)).min(Instant::compareTo);
        }

        private void lookAtAll(String cluster, Instant now) {
            looks.remove(cluster);
            Rows rows = Rows.scan(facts, cluster);
            ClusterState state =
                    ClusterState.of(rows.facts(), told.mesh(cluster).orElse(null), now);
            state.outlived().forEach(row -> forget(cluster, row.key(), now));
            Optional<FleetMember> member = told.member(cluster);
            told.update(cluster, state).forEach((key, summary) -> tell(cluster, key, summary, now));
            if (!told.member(cluster).equals(member)) {
                metrics.sent(Hop.INCIDENT);
                send(
                        RowKeys.of(RowKeys.meshOf(cluster), cluster),
                        new Routed(To.INCIDENT, told.member(cluster).orElse(null)),
                        now);
            }
            List<Row<?>> current = state.outlived().isEmpty()
                    ? rows.facts()
                    : rows.facts().stream()
                            .filter(row -> !state.outlived().contains(row))
                            .toList();
            Optional<Instant> again = judge(cluster, state, current, now);
            judgeAgain(cluster, again, state.silentAt(), now);
        }

        private Optional<Instant> judge(String cluster, ClusterState state, List<Row<?>> rows, Instant now) {
            if (state.summary().isEmpty()) {
                boolean gone = rows.stream().allMatch(row -> row.key().kind() == FactKind.HEARTBEAT);
                String mesh = FactKey.parse(cluster + "/" + FactKind.HEARTBEAT.segment())
                        .mesh();
                return gone
                        ? track.apply(
                                new Track.Scope(cluster, mesh, now, List.of(), true),
                                Stream.of(clusterJudge, machineJudge)
                                        .flatMap(judge -> judge.knowNothing().stream())
                                        .toList(),
                                finding(cluster, now))
                        : Optional.empty();
            }
            ClusterSummary summary = state.summary().get();
            if (!summary.getComplete()) {
                return Optional.empty();
            }
            ViewTime time = ViewTime.of(List.of(summary), summary.getAsOf(), now);
            List<Judgement> judgements = summary.getSilent()
                    ? judge(summary).knowNothing()
                    : judge(summary).judge(Views.ofCluster(summary, time.asOf(), rows));
            // A silent cluster's own time stands still; that it is silent is known by the clock.
            Instant asOf = summary.getSilent() ? now : time.asOf();
            if (time.live() && !summary.getSilent()) {
                looks.put(cluster, new LastLook(summary, state.silentAt(), judgements));
            }
            Optional<Instant> due = apply(cluster, summary, asOf, judgements, now);
            return time.live() || summary.getSilent() ? due : Optional.empty();
        }

        private Judge<ClusterView> judge(ClusterSummary of) {
            return of.getVm() == null ? clusterJudge : machineJudge;
        }

        private BiConsumer<String, Finding> finding(String cluster, Instant now) {
            return (id, finding) -> {
                metrics.sent(Hop.INCIDENT);
                send(RowKeys.of(RowKeys.meshOf(cluster), id), new Routed(To.INCIDENT, finding), now);
            };
        }

        private void tell(String cluster, String key, ClusterSummary summary, Instant now) {
            boolean mesh = RowKeys.scope(key).equals(RowKeys.meshOf(cluster));
            metrics.sent(mesh ? Hop.MESH : Hop.SERVICE);
            send(key, new Routed(mesh ? To.MESH : To.SERVICE, summary), now);
        }

        private void forget(String cluster, FactKey key, Instant now) {
            facts.delete(RowKeys.of(cluster, key.toString()));
            RowKeys.service(key).ifPresent(scope -> {
                metrics.sent(Hop.SERVICE);
                send(RowKeys.of(scope, key.toString()), new Routed(To.SERVICE, null), now);
            });
            if (RowKeys.inMesh(key)) {
                metrics.sent(Hop.MESH);
                send(RowKeys.of(RowKeys.mesh(key), key.toString()), new Routed(To.MESH, null), now);
            }
        }

        private void send(String key, Routed value, Instant now) {
            context().forward(new Record<>(key, value, now.toEpochMilli()));
        }

        @Override
        public void close() {
            dirty.close();
        }
    }
}
