package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKind;

/**
 * One key of {@link PendingLevels}: the level that waits, the one that is under way, and since which publication, and when, the latest that readers do
 * not have is not stored. Not thread-safe.
 */
final class Slot {
    private final FactKind kind;
    private Level waiting;
    private Sending sending;
    private long sequence;
    private long since;
    private long waitingSequence;
    private long waitingSince;

    Slot(FactKind kind) {
        this.kind = kind;
    }

    FactKind kind() {
        return kind;
    }

    /** Number of the publication since which the key is not stored as it is. */
    long sequence() {
        return sequence;
    }

    /** When that was, by {@link System#nanoTime}. */
    long since() {
        return since;
    }

    /** The attempt that is under way; null when none is. */
    Sending sending() {
        return sending;
    }

    boolean waits() {
        return waiting != null;
    }

    /**
     * Replaces what waits.
     *
     * @return whether the key is to be sent from now on; false when it is in its lane already, or has to wait for an answer
     */
    boolean put(Level level, long number, long now) {
        boolean first = waiting == null;
        waiting = level;
        if (first) {
            waitingSequence = number;
            waitingSince = now;
        }
        return first && sending == null && next();
    }

    /** What waits is on its way. */
    Sending begin() {
        sending = new Sending(this, waiting);
        waiting = null;
        return sending;
    }

    /** Nothing is under way any more; false when the attempt was given up before. */
    boolean end(Sending attempt) {
        if (sending != attempt) {
            return false;
        }
        sending = null;
        return true;
    }

    /** What waits is now what is not stored; false when nothing waits. */
    boolean next() {
        if (waiting == null) {
            return false;
        }
        sequence = waitingSequence;
        since = waitingSince;
        return true;
    }

    /** This waits again, as if it had never been under way, unless a newer one waits. */
    void again(Level level) {
        if (waiting == null) {
            waiting = level;
            waitingSequence = sequence;
            waitingSince = since;
        }
    }
}
