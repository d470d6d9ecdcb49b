package io.meshdiag.collector.cluster.watch;

import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.fact.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one watch fares: its last sign of life, its failures and the pause that they ask for, and what the board says of it. Intervals are measured
 * with a ticker rather than the clock, so that a clock that jumps neither stops a watch nor breaks it. Thread-safe.
 */
final class WatchHealth {
    private static final Logger LOGGER = LoggerFactory.getLogger(WatchHealth.class);
    private static final int MAX_DOUBLINGS = 16;
    private static final int MAX_UNREAD = 10_000;

    private final WatchedKind kind;
    private final WatchSettings settings;
    private final SourceBoard board;
    private final InstantSource clock;
    private final Ticker ticker;

    private final Set<String> unread = new HashSet<>();
    private long signTicks;
    private Instant signAt;
    private boolean bookmarks;
    private boolean listed;
    private boolean whole;
    private boolean refused;
    private boolean ok;
    private int failures;
    private SourceState logged;
    private Duration pause = Duration.ZERO;

    /** Nanoseconds since any one moment; never goes back. */
    @FunctionalInterface
    interface Ticker {
        long nanos();
    }

    WatchHealth(WatchedKind kind, WatchSettings settings, SourceBoard board, InstantSource clock, Ticker ticker) {
        this.kind = kind;
        this.settings = settings;
        this.board = board;
        this.clock = clock;
        this.ticker = ticker;
        sign();
    }

    /** The API server said something. */
    synchronized void sign() {
        signTicks = ticker.nanos();
        signAt = clock.instant();
    }

    /** The watch itself said something: it works. */
    synchronized void event(boolean bookmark) {
        sign();
        bookmarks |= bookmark;
        failures = 0;
    }

    /** All pages of a list were told. */
    synchronized void listed() {
        sign();
        listed = true;
    }

    /** A watch is open after its list: only now the kind is read, because only now changes are seen. */
    synchronized void watching() {
        sign();
        ok = true;
        whole |= listed;
        logged = null;
        tell();
        notifyAll();
    }

    /** An object could not be read, or now can be again. */
    synchronized void object(String key, boolean readable) {
        boolean news = readable ? unread.remove(key) : unread.size() < MAX_UNREAD && unread.add(key);
        if (news && ok) {
            tell();
        }
    }

    /** A request failed. The next one waits, longer after each failure, by chance so that watches do not come back in step. */
    synchronized void failed(ApiFailure failure) {
        sign();
        int doublings = Math.min(failures++, MAX_DOUBLINGS);
        Duration longest = settings.firstBackoff().multipliedBy(1L << doublings);
        if (longest.compareTo(settings.maxBackoff()) > 0) {
            longest = settings.maxBackoff();
        }
        Duration chosen = Duration.ofNanos(
                (long) (longest.toNanos() * ThreadLocalRandom.current().nextDouble(0.5, 1)));
        pause = chosen.compareTo(failure.retryAfter()) < 0 ? failure.retryAfter() : chosen;
        if (!failure.gone()) {
            ok = false;
            refused = failure.state() == SourceState.FORBIDDEN || failure.state() == SourceState.MISSING;
            board.failed(kind.source(), kind.part(), failure.state(), failure.detail());
            if (logged != failure.state()) {
                logged = failure.state();
                LOGGER.atWarn()
                        .addKeyValue("kind", kind.part())
                        .addKeyValue("state", failure.state())
                        .addKeyValue("detail", failure.detail())
                        .log("a kind cannot be watched; it is tried again");
            }
        }
        notifyAll();
    }

    /** How long the next request has to wait; asked once for each. */
    synchronized Duration takePause() {
        Duration taken = pause;
        pause = Duration.ZERO;
        // A pause that was asked for is no silence.
        signTicks = Math.max(signTicks, ticker.nanos() + taken.toNanos());
        return taken;
    }

    /** Whether the watch has to be built anew. */
    synchronized boolean dead(boolean watching) {
        Duration quiet = Duration.ofNanos(ticker.nanos() - signTicks);
        Duration silence = bookmarks ? settings.silence() : settings.silence().multipliedBy(4);
        return quiet.compareTo(watching ? silence : settings.stalled()) > 0;
    }

    /** A new watch takes the place of one that was silent. */
    synchronized void rebuilt() {
        sign();
        bookmarks = false;
    }

    /** Tells the board when the API server last showed that the watch is alive. */
    synchronized void tell() {
        if (!ok) {
            return;
        }
        board.read(kind.source(), kind.part(), signAt);
        if (!unread.isEmpty()) {
            board.failed(
                    kind.source(),
                    kind.part(),
                    SourceState.PARTIAL,
                    unread.size() + " object(s) could not be read, for example "
                            + unread.iterator().next());
        }
    }

    /** True when all objects were told once, and changes are since. */
    synchronized boolean isRead() {
        return whole;
    }

    /** True when waiting for a first list makes sense no more: it was read, or is refused. */
    synchronized boolean settled() {
        return whole || refused;
    }

    /** Waits until {@link #settled} or the time is over. */
    synchronized boolean awaitSettled(Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!settled()) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }
}
