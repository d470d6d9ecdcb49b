package io.meshdiag.simulator.serve;

/** How an east-west gateway meets callers. */
public enum GatewayState {
    OPEN,
    /** Connections are refused. */
    CLOSED,
    /** Connections are taken, and nothing is ever said. */
    SILENT
}
