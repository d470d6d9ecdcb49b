package io.meshdiag.collector.vm.read;

import io.meshdiag.fact.SourceState;
import java.io.IOException;

/** Something of the machine could not be read; the message says why and what to do, and quotes nothing of what was read. */
public final class UnreadException extends IOException {
    private static final long serialVersionUID = 1L;

    private final SourceState state;

    public UnreadException(SourceState state, String message) {
        super(message);
        this.state = state;
    }

    /** For the coverage. */
    public SourceState state() {
        return state;
    }
}
