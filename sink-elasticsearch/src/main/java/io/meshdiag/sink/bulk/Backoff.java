package io.meshdiag.sink.bulk;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Exponential back-off with full jitter: many sinks that were refused together do not come back together.
 *
 * @param first upper bound of the first wait
 * @param longest upper bound of every wait
 */
public record Backoff(Duration first, Duration longest, RandomGenerator random) {
    /** From 100 ms to 30 s. */
    public static Backoff standard() {
        return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(30), RandomGenerator.getDefault());
    }

    /** Nanoseconds to wait after this many failures before. */
    long nanos(int failures) {
        long bound = first.toNanos() << Math.min(failures, 20);
        return 1 + random.nextLong(Math.min(bound, longest.toNanos()));
    }

    /** Nanoseconds to wait for a person: between half of the longest wait and the whole. */
    long slowNanos() {
        long half = longest.toNanos() / 2;
        return half + random.nextLong(Math.max(1, half));
    }
}
