package io.meshdiag.collector.cluster.envoy;

/** Why a proxy is worth a look now, the most urgent first. */
public enum Urgency {
    /** Refused an update (NACK). */
    REJECTED,
    /** Leaves an update unacknowledged. */
    STALE,
    /** Started or restarted a short while ago. */
    STARTED,
    NOT_READY,
    /** Was one of these when it was last dumped, and is no more: what that dump says of trouble is over. */
    RECOVERED,
    /** Everything from outside or from other clusters passes through it. */
    GATEWAY,
    /** Nothing special: its turn comes with the rotation. */
    ROTATION;

    /** Whether a dump taken now shows trouble that a later one may not. */
    boolean isTrouble() {
        return this == REJECTED || this == STALE || this == NOT_READY;
    }

    /** Whether nothing is wrong now. */
    boolean isQuiet() {
        return this == GATEWAY || this == ROTATION;
    }
}
