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
    /** Everything from outside or from other clusters passes through it. */
    GATEWAY,
    /** Nothing special: its turn comes with the rotation. */
    ROTATION
}
