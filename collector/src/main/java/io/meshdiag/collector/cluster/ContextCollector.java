package io.meshdiag.collector.cluster;

import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.publish.FactPublisher;
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
     * @param printer takes the facts in place of Kafka; empty = they go to Kafka
     */
    record Shared(CollectorConfig config, Optional<FactPublisher> printer, MeterRegistry meters) {}

    /** Makes collectors. */
    @FunctionalInterface
    interface Factory {
        /** Does not connect yet. */
        ContextCollector open(ClusterTarget target, Shared shared);
    }
}
