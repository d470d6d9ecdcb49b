package io.meshdiag.collector.cluster.envoy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What dumps may cost: so many proxies and so many bytes in a minute, refilled evenly and never saved up beyond a minute. What a dump costs is known
 * when it was read: a dump that is larger than what is left is finished, and the debt is paid before the next one begins. Thread-safe.
 */
public final class DumpBudget {
    private static final double MINUTE_NANOS = 60e9;

    private final int proxiesPerMinute;
    private final double bytesPerMinute;
    private final InstantSource clock;
    private double proxies;
    private double bytes;
    private Instant refilledAt;

    /** Begins with a full minute's worth. Nothing is ever allowed when one of the two is 0. */
    public DumpBudget(int proxiesPerMinute, long bytesPerMinute, InstantSource clock) {
        this.proxiesPerMinute = proxiesPerMinute;
        this.bytesPerMinute = (double) bytesPerMinute;
        this.clock = clock;
        this.proxies = proxiesPerMinute;
        this.bytes = this.bytesPerMinute;
        this.refilledAt = clock.instant();
    }

    /** True when no dump will ever be allowed. */
    public boolean nothing() {
        return proxiesPerMinute <= 0 || bytesPerMinute <= 0;
    }

    /** Takes one proxy out of the budget; false when proxies or bytes are used up for now. */
    public synchronized boolean take() {
        refill();
        if (nothing() || proxies < 1 || bytes <= 0) {
            return false;
        }
        proxies--;
        return true;
    }

    /** Bytes were read, whether or not they are still within the budget. */
    public synchronized void spend(long read) {
        bytes -= (double) read;
    }

    private void refill() {
        Instant now = clock.instant();
        // A clock that was set back refills nothing, one that jumped ahead a minute's worth at most.
        double minutes = Math.max(0, nanos(refilledAt, now) / MINUTE_NANOS);
        proxies = Math.min(proxiesPerMinute, proxies + proxiesPerMinute * minutes);
        bytes = Math.min(bytesPerMinute, bytes + bytesPerMinute * minutes);
        refilledAt = now;
    }

    /** As a floating number: years between two instants do not fit into nanoseconds. */
    private static double nanos(Instant from, Instant to) {
        Duration between = Duration.between(from, to);
        return (double) between.getSeconds() * 1e9 + between.getNano();
    }
}
