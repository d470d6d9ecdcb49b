package io.meshdiag.collector.cluster.probe;

/** A rung that does not hold. */
final class RungException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ProbeFault fault;

    /** @param what happened; the same text as long as the same thing happens, because it is part of a level */
    RungException(ProbeFault fault, String what, Throwable cause) {
        super(what, cause);
        this.fault = fault;
    }

    ProbeFault fault() {
        return fault;
    }

    /** ProbeRung.detail. */
    String detail() {
        return fault + ": " + getMessage();
    }
}
