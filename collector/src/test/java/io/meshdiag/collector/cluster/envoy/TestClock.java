package io.meshdiag.collector.cluster.envoy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that moves when it is told to. */
final class TestClock implements InstantSource {
    static final Instant START = Instant.parse("2026-08-22T15:00:00Z");

    private Instant now = START;

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** Negative to set it back. */
    synchronized void pass(Duration time) {
        now = now.plus(time);
    }
}
