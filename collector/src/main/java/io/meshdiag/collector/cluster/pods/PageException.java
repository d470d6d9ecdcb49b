package io.meshdiag.collector.cluster.pods;

import io.meshdiag.fact.SourceState;
import java.time.Duration;

/** A page that was not served: what this means for coverage, and what a person can do about it. */
public final class PageException extends Exception {
    private static final long serialVersionUID = 1L;

    private final SourceState state;
    private final Duration retryAfter;
    private final boolean nobodyListens;

    /**
     * @param state FORBIDDEN, UNREACHABLE, MISSING (the page does not exist in this version) or UNREADABLE
     * @param detail why, and what to do; without addresses or credentials
     */
    public PageException(SourceState state, String detail) {
        this(state, detail, null, null);
    }

    /** @param retryAfter how long the server wants to be left alone; null when it did not say */
    public PageException(SourceState state, String detail, Duration retryAfter, Throwable cause) {
        this(state, detail, retryAfter, cause, false);
    }

    private PageException(
            SourceState state, String detail, Duration retryAfter, Throwable cause, boolean nobodyListens) {
        super(detail, cause);
        this.state = state;
        this.retryAfter = retryAfter;
        this.nobodyListens = nobodyListens;
    }

    /** The pod's own address refused the connection at a port where it must listen: that is so for everybody, whatever they are allowed to. */
    static PageException refused(String detail) {
        return new PageException(SourceState.UNREACHABLE, detail, null, null, true);
    }

    boolean nobodyListens() {
        return nobodyListens;
    }

    public SourceState state() {
        return state;
    }

    /** Null when the server did not say. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
