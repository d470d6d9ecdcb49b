package io.meshdiag.collector.publish;

import org.apache.avro.specific.SpecificRecord;

/** Takes facts, and says what became of each. */
@FunctionalInterface
public interface FactReceiver {
    /**
     * Takes a fact.
     *
     * @throws PublishException when an earlier fact could not be delivered, or this one cannot be written
     */
    FactPublisher.Outcome publish(SpecificRecord fact);
}
