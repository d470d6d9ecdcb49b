package io.meshdiag.standalone.pipeline;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.schema.FactKey;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** Hands facts to whoever asks, in place of Kafka: for questions that archives answer without the pipeline. */
record FactsTaken(Consumer<SpecificRecord> taker) implements FactPublisher {
    @Override
    public Outcome publish(SpecificRecord fact) {
        taker.accept(fact);
        return Outcome.SENT;
    }

    /** Archives remove nothing. */
    @Override
    public void tombstone(FactKey key) {}

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
