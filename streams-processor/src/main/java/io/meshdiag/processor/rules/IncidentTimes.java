package io.meshdiag.processor.rules;

import java.time.Duration;

/**
 * How long incidents wait, so that readers are told of causes and not of what follows from them.
 *
 * @param attributionWindow how long a finding that others may explain waits for its cause before it is told at all
 * @param grace how long a symptom stays with its cause after that was resolved: it needs time to go away too
 */
public record IncidentTimes(Duration attributionWindow, Duration grace) {
    /** Causes are mostly seen within a few rounds of their symptoms; endpoints are back within minutes of a repair. */
    public static final IncidentTimes DEFAULT = new IncidentTimes(Duration.ofSeconds(90), Duration.ofMinutes(5));
}
