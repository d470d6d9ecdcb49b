package io.meshdiag.collector.publish;

import java.time.Duration;

/**
 * How patient an outbox is.
 *
 * @param backoff until the next attempt after a first failure; doubles
 * @param longestBackoff at most
 * @param stuckAfter without any success although something waits, the producer is replaced
 * @param flushWithin how long {@link Outbox#flush} waits
 * @param closeWithin how long {@link Outbox#close} waits for what is pending
 */
public record OutboxSettings(
        Duration backoff, Duration longestBackoff, Duration stuckAfter, Duration flushWithin, Duration closeWithin) {
    public static final OutboxSettings DEFAULT = new OutboxSettings(
            Duration.ofMillis(250),
            Duration.ofSeconds(15),
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Duration.ofSeconds(15));
}
