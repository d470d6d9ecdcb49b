package io.meshdiag.sink.deliver;

import io.meshdiag.finding.DeadLetterReason;

/** A record that can be read but not be indexed; the message never quotes it. */
final class UnfitRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    private final DeadLetterReason reason;

    UnfitRecordException(DeadLetterReason reason, String message) {
        super(message);
        this.reason = reason;
    }

    DeadLetterReason reason() {
        return reason;
    }
}
