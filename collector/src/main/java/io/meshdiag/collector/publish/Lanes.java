package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/**
 * One queue per kind of fact; kinds take turns, so that many facts of one do not keep another's waiting. A kind that cannot be sent is held: longer with
 * every time, until something of it succeeds. Not thread-safe. Times are those of {@link System#nanoTime}.
 */
final class Lanes<T> {
    private final Duration backoff;
    private final Duration longestBackoff;
    private final Map<FactKind, Lane<T>> lanes = new EnumMap<>(FactKind.class);
    private final ArrayDeque<Lane<T>> turns = new ArrayDeque<>();

    private static final class Lane<T> {
        private final ArrayDeque<T> ready = new ArrayDeque<>();
        private boolean held;
        private long heldUntil;
        private int failures;
    }

    Lanes(Duration backoff, Duration longestBackoff) {
        this.backoff = backoff;
        this.longestBackoff = longestBackoff;
        for (FactKind kind : FactKind.values()) {
            lanes.put(kind, new Lane<>());
        }
        turns.addAll(lanes.values());
    }

    void add(FactKind kind, T item) {
        lanes.get(kind).ready.add(item);
    }

    /** The next of a kind that is not held; null when there is none. */
    T poll(long now) {
        for (int i = turns.size(); i > 0; i--) {
            Lane<T> lane = turns.remove();
            turns.add(lane);
            if (lane.held && now - lane.heldUntil >= 0) {
                lane.held = false;
            }
            if (!lane.held && !lane.ready.isEmpty()) {
                return lane.ready.remove();
            }
        }
        return null;
    }

    /** Nanoseconds until a kind with something to send is no longer held, at most that many. */
    long nextRelease(long now, long atMost) {
        long next = atMost;
        for (Lane<T> lane : turns) {
            if (lane.held && !lane.ready.isEmpty()) {
                next = Math.min(next, Math.max(1, lane.heldUntil - now));
            }
        }
        return next;
    }

    /** Holds these kinds. Of many failures at once only the first makes the wait longer. */
    void hold(Predicate<FactKind> which, long now) {
        lanes.forEach((kind, lane) -> {
            if (which.test(kind) && !(lane.held && lane.heldUntil - now > 0)) {
                long wait = Math.min(longestBackoff.toNanos(), backoff.toNanos() << Math.min(lane.failures, 10));
                lane.failures++;
                lane.held = true;
                lane.heldUntil =
                        now + (long) (wait * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
            }
        });
    }

    /** Something of this kind was stored. */
    void succeeded(FactKind kind) {
        Lane<T> lane = lanes.get(kind);
        lane.failures = 0;
        lane.held = false;
    }
}
