package io.meshdiag.sink.bulk;

/** Closed while the store answers whole requests with a refusal or not at all; then one request at a time tries whether it is back. */
final class Gate {
    private final Backoff backoff;
    private int failures;
    private long opensAt;
    private String reason = "";

    Gate(Backoff backoff) {
        this.backoff = backoff;
    }

    /** How many requests may be under way now, of so many when all is well. */
    int allowed(int normally, long now) {
        if (failures == 0) {
            return normally;
        }
        return now - opensAt >= 0 ? 1 : 0;
    }

    void succeeded() {
        failures = 0;
        reason = "";
    }

    void failed(Answer answer, long now) {
        long wait = answer.verdict() == Verdict.BLOCKED ? backoff.slowNanos() : backoff.nanos(failures);
        failures++;
        opensAt = now + wait;
        reason = answer.reason();
    }

    /** Why it is closed; empty when it is open. */
    String reason() {
        return reason;
    }
}
