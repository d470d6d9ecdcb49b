package io.meshdiag.simulator.fleet;

import java.time.Instant;

/** One entry of a component's log; an empty scope is the default scope. */
public record LogLine(Instant at, String level, String scope, String message) {}
