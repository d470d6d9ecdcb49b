package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import java.time.Instant;

/** Told of what delivery cannot heal by itself. Called on threads of the outbox: must return soon. */
public interface DeliveryListener {
    /** The latest level of a subject was given up: readers do not have it. */
    void lost(FactKey key);

    /**
     * The brokers refuse the time of records; they are sent with an earlier one.
     *
     * @param detail what to do about it
     */
    void timeRefused(String detail);

    /**
     * After a refusal: the brokers accept this machine's time.
     *
     * @param at time of the record that they accepted
     */
    void timeAccepted(Instant at);
}
