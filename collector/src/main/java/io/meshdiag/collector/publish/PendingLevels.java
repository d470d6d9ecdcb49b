package io.meshdiag.collector.publish;

import io.meshdiag.collector.publish.FactPublisher.Backlog;
import io.meshdiag.schema.FactKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What is still to be stored: per key the latest level, and at most one that is being sent. A newer level of a key waits for the answer about the one
 * that is under way, so that it can never be overtaken by an older one. Thread-safe.
 */
final class PendingLevels {
    /** Bounds of what is being sent at one time. */
    private static final int MAX_SENDING = 1_000;

    private static final long MAX_SENDING_BYTES = 4L * 1024 * 1024;
    /** Who waits for many keys looks at all of them: not with every key that is stored. */
    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(50);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Condition emptied = lock.newCondition();
    private final Map<String, Slot> slots = new HashMap<>();
    private final Lanes<Slot> lanes;
    private long sequence;
    private int sending;
    private long sendingBytes;

    /**
     * @param backoff for how long a kind is held at first
     * @param longestBackoff and at most
     */
    PendingLevels(Duration backoff, Duration longestBackoff) {
        this.lanes = new Lanes<>(backoff, longestBackoff);
    }

    /** Replaces what waits under the level's key. */
    void put(Level level) {
        lock.lock();
        try {
            Slot slot = slots.computeIfAbsent(level.key(), key -> new Slot(level.kind()));
            sequence++;
            if (slot.put(level, sequence, System.nanoTime())) {
                lanes.add(slot.kind(), slot);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next level to send.
     *
     * @return null when there is none within that time, or enough is under way
     */
    Sending take(Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long end = System.nanoTime() + atMost.toNanos();
            while (true) {
                long now = System.nanoTime();
                boolean free = sending < MAX_SENDING && sendingBytes < MAX_SENDING_BYTES;
                Slot slot = free ? lanes.poll(now) : null;
                if (slot != null) {
                    return begin(slot);
                }
                if (end - now <= 0) {
                    return null;
                }
                changed.awaitNanos(free ? lanes.nextRelease(now, end - now) : end - now);
            }
        } finally {
            lock.unlock();
        }
    }

    private Sending begin(Slot slot) {
        Sending attempt = slot.begin();
        sending++;
        sendingBytes += attempt.level().bytes();
        return attempt;
    }

    /** The brokers have it. */
    void stored(Sending attempt) {
        lock.lock();
        try {
            settle(attempt);
            lanes.succeeded(attempt.slot().kind());
        } finally {
            lock.unlock();
        }
    }

    /**
     * It will never be stored.
     *
     * @return whether readers now lack the key's latest level: false when a newer one waits already
     */
    boolean dropped(Sending attempt) {
        lock.lock();
        try {
            return settle(attempt) && !attempt.slot().waits();
        } finally {
            lock.unlock();
        }
    }

    private boolean settle(Sending attempt) {
        if (!end(attempt)) {
            return false;
        }
        Slot slot = attempt.slot();
        if (slot.next()) {
            lanes.add(slot.kind(), slot);
        } else {
            slots.remove(attempt.level().key());
            if (slots.isEmpty()) {
                emptied.signalAll();
            }
        }
        return true;
    }

    private boolean end(Sending attempt) {
        if (!attempt.slot().end(attempt)) {
            return false;
        }
        sending--;
        sendingBytes -= attempt.level().bytes();
        changed.signalAll();
        return true;
    }

    /**
     * To be sent again, unless a newer level waits.
     *
     * @param again the same level, or a form of it that may be accepted
     */
    void retry(Sending attempt, Level again) {
        lock.lock();
        try {
            if (end(attempt)) {
                Slot slot = attempt.slot();
                slot.again(again);
                lanes.add(slot.kind(), slot);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends nothing of these kinds for a while: longer with every time until something of a kind is stored. */
    void hold(Predicate<FactKind> which) {
        lock.lock();
        try {
            lanes.hold(which, System.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Gives up all attempts: their levels are sent again. */
    void recall() {
        lock.lock();
        try {
            for (Slot slot : slots.values()) {
                Sending attempt = slot.sending();
                if (attempt != null) {
                    retry(attempt, attempt.level());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until everything that was put before is stored, or replaced by something newer that is, or dropped.
     *
     * @param prefix of the keys that matter
     * @return by kind, how many keys are not; empty when all are
     */
    Map<FactKind, Long> await(String prefix, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long upTo = sequence;
            long end = System.nanoTime() + atMost.toNanos();
            while (true) {
                Map<FactKind, Long> left = left(upTo, prefix);
                long wait = end - System.nanoTime();
                if (left.isEmpty() || wait <= 0) {
                    return left;
                }
                emptied.awaitNanos(Math.min(wait, LOOK_EVERY));
            }
        } finally {
            lock.unlock();
        }
    }

    private Map<FactKind, Long> left(long upTo, String prefix) {
        Map<FactKind, Long> left = new EnumMap<>(FactKind.class);
        slots.forEach((key, slot) -> {
            if (slot.sequence() <= upTo && key.startsWith(prefix)) {
                left.merge(slot.kind(), 1L, Long::sum);
            }
        });
        return left;
    }

    /**
     * What waits, by kind.
     *
     * @param prefix of the keys that matter
     */
    SortedMap<FactKind, Backlog> backlog(String prefix) {
        lock.lock();
        try {
            long now = System.nanoTime();
            SortedMap<FactKind, Backlog> waiting = new TreeMap<>();
            slots.forEach((key, slot) -> {
                if (key.startsWith(prefix)) {
                    waiting.merge(slot.kind(), new Backlog(1, Duration.ofNanos(now - slot.since())), Backlog::and);
                }
            });
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Keys whose latest level is not stored. */
    int size() {
        lock.lock();
        try {
            return slots.size();
        } finally {
            lock.unlock();
        }
    }

    /** Whether any attempt is not answered. */
    boolean waitsForAnswers() {
        lock.lock();
        try {
            return sending > 0;
        } finally {
            lock.unlock();
        }
    }

    /** How long the oldest of all has been waiting. */
    Duration oldest() {
        lock.lock();
        try {
            long now = System.nanoTime();
            return Duration.ofNanos(slots.values().stream()
                    .mapToLong(slot -> now - slot.since())
                    .max()
                    .orElse(0));
        } finally {
            lock.unlock();
        }
    }
}
