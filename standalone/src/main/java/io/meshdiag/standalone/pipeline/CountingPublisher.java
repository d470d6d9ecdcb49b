package io.meshdiag.standalone.pipeline;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.schema.FactKey;
import org.apache.avro.specific.SpecificRecord;

/** Counts what goes to the facts topics, so that one can tell when the processor has read all of it. */
final class CountingPublisher implements FactPublisher {
    private final FactPublisher publisher;
    private long sent;
    private long refused;

    CountingPublisher(FactPublisher publisher) {
        this.publisher = publisher;
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        Outcome outcome = publisher.publish(fact);
        if (outcome == Outcome.REFUSED) {
            refused++;
        } else {
            sent++;
        }
        return outcome;
    }

    @Override
    public void tombstone(FactKey key) {
        publisher.tombstone(key);
        sent++;
    }

    @Override
    public void flush() {
        publisher.flush();
    }

    @Override
    public void close() {
        publisher.close();
    }

    /** Records sent, tombstones among them. */
    long sent() {
        return sent;
    }

    /** Facts that were too large to be sent. */
    long refused() {
        return refused;
    }
}
