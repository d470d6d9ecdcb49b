package io.meshdiag.processor.scope;

import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.ProcessorMetrics.Hop;
import io.meshdiag.processor.read.FactChange;
import io.meshdiag.processor.scope.Routed.To;
import io.meshdiag.schema.FactKey;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/** Keeps the current facts of each cluster, drops what says nothing new, and sends changes to the scopes that need them. */
public final class ScopeFacts implements ProcessorSupplier<byte[], FactChange, String, Routed> {
    private final StoreBuilder<KeyValueStore<String, SpecificRecord>> store;
    private final ProcessorMetrics metrics;

    public ScopeFacts(StoreBuilder<KeyValueStore<String, SpecificRecord>> factsByCluster, ProcessorMetrics metrics) {
        this.store = factsByCluster;
        this.metrics = metrics;
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
        return Set.of(store);
    }

    @Override
    public Processor<byte[], FactChange, String, Routed> get() {
        return new Scoping();
    }

    private final class Scoping extends ContextualProcessor<byte[], FactChange, String, Routed> {
        private KeyValueStore<String, SpecificRecord> facts;

        @Override
        public void init(ProcessorContext<String, Routed> context) {
            super.init(context);
            facts = context.getStateStore(store.name());
        }

        @Override
        public void process(Record<byte[], FactChange> record) {
            FactKey key = record.value().key();
            String row = RowKeys.of(key.clusterKey(), key.toString());
            SpecificRecord known = facts.get(row);
            SpecificRecord arriving = record.value().fact();
            Freshness freshness = Freshness.of(known, arriving);
            if (freshness == Freshness.OUTDATED) {
                metrics.factUnchanged();
                return;
            }
            SpecificRecord fact = IstiodCourse.goOn(known, arriving);
            switch (IstiodCourse.hourEnded(known, fact) ? Freshness.CHANGED : freshness) {
                case REFRESHED -> {
                    // Mesh scopes learn of it when the hour ends: what moves all the time must not cross the network
                    // all the time.
                    metrics.factUnchanged();
                    facts.put(row, fact);
                    send(record, row, new Routed(To.CLUSTER_UNCHANGED, fact));
                }
                default -> {
                    facts.put(row, fact);
                    toWiderScopes(record, key, fact);
                    send(record, row, new Routed(To.CLUSTER, fact));
                }
            }
        }

        private void toWiderScopes(Record<byte[], FactChange> record, FactKey key, SpecificRecord fact) {
            RowKeys.service(key).ifPresent(scope -> {
                metrics.sent(Hop.SERVICE);
                send(record, RowKeys.of(scope, key.toString()), new Routed(To.SERVICE, fact));
            });
            if (RowKeys.inMesh(key)) {
                metrics.sent(Hop.MESH);
                send(record, RowKeys.of(RowKeys.mesh(key), key.toString()), new Routed(To.MESH, fact));
            }
        }

        private void send(Record<byte[], FactChange> from, String key, Routed value) {
            context().forward(from.withKey(key).withValue(value));
        }
    }
}
