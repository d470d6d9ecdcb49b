package io.meshdiag.sink.deliver;

import java.util.ArrayDeque;
import java.util.Deque;

/** What of one partition is settled: records may be settled in any order, the position only moves over those without a gap before them. */
final class OffsetTracker {
    /** One record; settled at most once. */
    final class Entry {
        private final long offset;
        private boolean settled;

        private Entry(long offset) {
            this.offset = offset;
        }

        void settle() {
            settled = true;
            while (!open.isEmpty() && open.getFirst().settled) {
                position = open.removeFirst().offset + 1;
            }
        }
    }

    private final Deque<Entry> open = new ArrayDeque<>();
    private long position = -1;
    private long committed = -1;
    private boolean revoked;

    /** Records come in the order of their offsets. */
    Entry begin(long offset) {
        Entry entry = new Entry(offset);
        open.addLast(entry);
        return entry;
    }

    /** The offset to commit, or -1 when that is committed already or nothing is settled yet. */
    long toCommit() {
        return position > committed ? position : -1;
    }

    void committed(long offset) {
        committed = offset;
    }

    /** Records that keep the position from moving on. */
    int unsettled() {
        return open.size();
    }

    /** The partition is somebody else's now. */
    void revoke() {
        revoked = true;
    }

    boolean revoked() {
        return revoked;
    }
}
