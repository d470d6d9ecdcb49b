package io.meshdiag.serde;

import io.meshdiag.finding.DeadLetterReason;
import org.apache.kafka.common.errors.SerializationException;

/**
 * A record that can never be read (or written) as it is, with the reason that its dead letter gives. The message says what was attempted on
 * which topic, what came back and what to do, and never quotes the record.
 */
public final class RecordFormatException extends SerializationException {
    private static final long serialVersionUID = 1L;

    private final DeadLetterReason reason;

    RecordFormatException(DeadLetterReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    RecordFormatException(DeadLetterReason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** Why, as a dead letter says it. */
    public DeadLetterReason reason() {
        return reason;
    }
}
