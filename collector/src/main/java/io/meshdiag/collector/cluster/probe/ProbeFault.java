package io.meshdiag.collector.cluster.probe;

/** Why a rung does not hold: the first word of ProbeRung.detail. */
enum ProbeFault {
    /** The name does not exist. */
    DNS_NXDOMAIN,
    /** The resolver says that it cannot tell at present. */
    DNS_UNAVAILABLE,
    /** The resolver did not answer. */
    DNS_TIMEOUT,
    /** Nothing came back: packets are dropped on the way, or there is nobody. */
    TIMEOUT,
    /** The host is there, and nobody listens on the port; or a firewall that says so. */
    REFUSED,
    RESET,
    /** A router or the own host knows no way. */
    NO_ROUTE,
    /** Closed without a byte after the TLS hello. */
    TLS_CLOSED,
    /** A TLS server that refuses the hello. */
    TLS_ALERT,
    /** Something else than TLS listens there. */
    NOT_TLS,
    OTHER
}
