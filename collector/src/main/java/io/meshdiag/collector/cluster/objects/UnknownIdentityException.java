package io.meshdiag.collector.cluster.objects;

import io.meshdiag.fact.SourceState;

/** It is not known which cluster this is, so that nothing can be told of it; the message says why and what to do. */
public final class UnknownIdentityException extends Exception {
    private static final long serialVersionUID = 1L;

    private final SourceState state;

    UnknownIdentityException(SourceState state, String message) {
        super(message);
        this.state = state;
    }

    /** FORBIDDEN, UNREACHABLE, MISSING (there is no istiod yet) or UNREADABLE. */
    public SourceState state() {
        return state;
    }
}
