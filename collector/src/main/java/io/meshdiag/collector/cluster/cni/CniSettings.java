package io.meshdiag.collector.cluster.cni;

import io.meshdiag.collector.cluster.log.LogSettings.Bound;
import java.time.Duration;

/**
 * How many agents are asked, how often. Agents that are not ready get up to half of each round.
 *
 * @param interval between two rounds
 * @param metricsPerRound agents whose metrics are read in one round
 * @param logsPerRound agents whose logs are read in one round
 * @param window how long a signal of an agent's log is told after its line
 * @param history how far back a first reading reaches, and how long the events of one pod and fault are counted together
 * @param bound of one reading of a log
 */
public record CniSettings(
        Duration interval, int metricsPerRound, int logsPerRound, Duration window, Duration history, Bound bound) {
    public static final CniSettings DEFAULT = new CniSettings(
            Duration.ofMinutes(1), 20, 10, Duration.ofMinutes(30), Duration.ofDays(1), new Bound(3_000, 1_000_000));
}
