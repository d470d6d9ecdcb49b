package io.meshdiag.collector.cluster;

import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.Outbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;

/** Collects from one cluster: either {@link #start} and much later {@link #close}, or {@link #once} and then close. */
public interface ContextCollector extends AutoCloseable {
    /**
     * Begins to keep this cluster's facts true, and returns when threads do it.
     *
     * @throws Exception when the cluster cannot be reached yet; a new collector is opened and started later then
     */
    void start() throws Exception;

    /**
     * Collects one full round, and returns when its facts are delivered.
     *
     * @throws Exception when the cluster cannot be reached, or facts cannot be delivered
     */
    void once() throws Exception;

    /** Why facts of this cluster do not get out at present; empty when they do. Answers at once. */
    String unready();

    /** Ends all threads and delivers what is under way, within about 20 seconds. */
    @Override
    void close();

    /**
     * What the collectors of one process share.
     *
     * @param publisher where facts go; thread-safe
     * @param kafka the same when facts go to Kafka; empty = they are printed
     */
    record Shared(CollectorConfig config, FactPublisher publisher, Optional<Outbox> kafka, MeterRegistry meters) {
        /** Facts go to Kafka. */
        public static Shared sending(CollectorConfig config, Outbox outbox, MeterRegistry meters) {
            return new Shared(config, outbox, Optional.of(outbox), meters);
        }

        /** Facts are printed. */
        public static Shared printing(CollectorConfig config, FactPublisher printer, MeterRegistry meters) {
            return new Shared(config, printer, Optional.empty(), meters);
        }
    }

    /** Makes collectors. */
    @FunctionalInterface
    interface Factory {
        /** Does not connect yet. */
        ContextCollector open(ClusterTarget target, Shared shared);
    }
}
