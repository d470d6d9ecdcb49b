package io.meshdiag.collector.cluster.log;

import java.time.Duration;

/**
 * How much of which logs is read.
 *
 * @param interval between two rounds
 * @param window how long a signal of istiod's log is told after its line; the first reading reaches so far back
 * @param istiodBound of one reading of an istiod's log
 * @param grace how long a proxy may take to become ready before its log is read
 * @param proxiesPerRound proxies whose logs are read in one round
 * @param proxySince how far back a proxy's log is read
 * @param proxyBound of one reading of a proxy's log
 * @param validationsKept how long the failures of an istio-validation are counted together
 */
public record LogSettings(
        Duration interval,
        Duration window,
        Bound istiodBound,
        Duration grace,
        int proxiesPerRound,
        Duration proxySince,
        Bound proxyBound,
        Duration validationsKept) {

    /**
     * The most that one reading takes.
     *
     * @param lines the last so many
     * @param bytes of them, the last so many; the API server is asked for at most a million
     */
    public record Bound(int lines, int bytes) {}

    public static final LogSettings DEFAULT = new LogSettings(
            Duration.ofMinutes(1),
            Duration.ofMinutes(15),
            new Bound(3_000, 1_000_000),
            Duration.ofMinutes(1),
            10,
            Duration.ofMinutes(10),
            new Bound(500, 256_000),
            Duration.ofDays(1));
}
