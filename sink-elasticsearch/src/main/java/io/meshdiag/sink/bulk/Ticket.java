package io.meshdiag.sink.bulk;

import io.meshdiag.finding.DeadLetterReason;

/** What a record from Kafka waits for: called when it is settled, so that its offset may be committed. */
public interface Ticket {
    /** The store has it, or has had it before. */
    void done();

    /**
     * It can never be stored as it is: to be put aside, then settled.
     *
     * @param detail what the store said, without contents of the document
     */
    void refused(DeadLetterReason reason, String detail);

    /** False when the partition went to somebody else: the write need not be sent any more. */
    boolean wanted();
}
