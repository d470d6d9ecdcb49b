package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import org.apache.avro.specific.SpecificRecord;

/** Counts what is published of one cluster, by kind and by what became of it. As thread-safe as what it wraps. */
public final class MeteredPublisher implements FactPublisher {
    private static final String GONE = "gone";

    private final FactPublisher next;
    private final MeterRegistry registry;
    private final String cluster;

    /** @param cluster as the meters call it */
    public MeteredPublisher(FactPublisher next, MeterRegistry registry, String cluster) {
        this.next = next;
        this.registry = registry;
        this.cluster = cluster;
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        Outcome outcome = next.publish(fact);
        count(FactKind.of(fact), outcome.name().toLowerCase(Locale.ROOT));
        return outcome;
    }

    @Override
    public void tombstone(FactKey key) {
        next.tombstone(key);
        count(key.kind(), GONE);
    }

    private void count(FactKind kind, String outcome) {
        Counter.builder("meshdiag.collector.facts.published")
                .description("Facts handed over for delivery; tombstones have the outcome gone")
                .tag("cluster", cluster)
                .tag("kind", kind.segment())
                .tag("outcome", outcome)
                .register(registry)
                .increment();
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public void close() {
        next.close();
    }
}
