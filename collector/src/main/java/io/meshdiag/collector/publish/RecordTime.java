package io.meshdiag.collector.publish;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Timestamps that brokers accept. Since Kafka 4.0 they refuse records that are more than an hour ahead of their clock (KIP-1030,
 * message.timestamp.after.max.ms). A refused record is sent with this machine's time; if that is refused too, this machine's clock is ahead, and
 * the record goes back hour by hour, doubling. What was found is kept for an hour. The fact's own observedAt stays as it is. Thread-safe.
 */
final class RecordTime {
    private static final Duration REMEMBERED = Duration.ofHours(1);
    /** The last try is 2^9 hours, three weeks, before this machine's time. */
    private static final int MAX_REFUSALS = 11;

    private final InstantSource clock;
    private Duration ahead = Duration.ZERO;
    private long foundAt;

    RecordTime(InstantSource clock) {
        this.clock = clock;
    }

    /** Of a record that is about now. */
    long now() {
        return clock.millis();
    }

    /** The timestamp to send a level with. */
    synchronized long of(Level level) {
        if (!ahead.isZero() && System.nanoTime() - foundAt > REMEMBERED.toNanos()) {
            ahead = Duration.ZERO;
        }
        return ahead.isZero() || level.refusals() > 0 ? level.timestamp() : Math.min(level.timestamp(), back(ahead));
    }

    /** Whether what was just stored shows that records need no other time than their own. */
    synchronized boolean acceptedAsIs(Level stored) {
        return ahead.isZero() && stored.refusals() == 0;
    }

    /** The level with another timestamp; empty when the brokers refuse any. */
    synchronized Optional<Level> refused(Level level) {
        if (level.refusals() == MAX_REFUSALS) {
            return Optional.empty();
        }
        if (level.refusals() == 0) {
            return Optional.of(level.at(back(ahead)));
        }
        Duration further = Duration.ofHours(1L << (level.refusals() - 1));
        if (further.compareTo(ahead) > 0) {
            ahead = further;
            foundAt = System.nanoTime();
        }
        return Optional.of(level.at(back(ahead)));
    }

    private long back(Duration by) {
        return clock.instant().minus(by).toEpochMilli();
    }
}
