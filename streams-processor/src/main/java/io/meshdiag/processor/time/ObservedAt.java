package io.meshdiag.processor.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Event time: a fact's record timestamp is its observedAt. One from the future, beyond what clocks may differ, counts as now, so that one wrong
 * clock does not age the whole fleet.
 */
public final class ObservedAt implements TimestampExtractor {
    /** How far ahead of ours a collector's clock may be. */
    static final Duration ALLOWED_SKEW = Duration.ofMinutes(5);

    private final Clock clock;

    public ObservedAt() {
        this(Clock.systemUTC());
    }

    ObservedAt(Clock clock) {
        this.clock = clock;
    }

    @Override
    public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
        return Math.max(
                0,
                clamp(Instant.ofEpochMilli(record.timestamp()), clock.instant()).toEpochMilli());
    }

    /** The time itself, or the clock's when it lies too far in the future. */
    public static Instant clamp(Instant observedAt, Instant now) {
        return observedAt.isAfter(now.plus(ALLOWED_SKEW)) ? now : observedAt;
    }
}
