package io.meshdiag.collector.cluster.log;

import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.log.LogSettings.Bound;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.log.LogFollower;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/** Reads the logs of one source: bounded, says on the board how it went, and asks less and less often where it fails. Not thread-safe. */
public final class LogReading {
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

    private final Surroundings around;
    private final String source;
    private final Duration interval;
    private final Map<String, Failing> failing = new HashMap<>();

    private record Failing(int times, Instant until) {}

    /**
     * @param source name on the board
     * @param interval pause after a first failure; it doubles up to ten minutes
     */
    public LogReading(Surroundings around, String source, Duration interval) {
        this.around = around;
        this.source = source;
        this.interval = interval;
    }

    /** The pods that the source has at present, by {@link #name}; those that are gone are forgotten. */
    public void expect(Collection<String> pods) {
        around.board().expect(source, pods);
        failing.keySet().retainAll(new HashSet<>(pods));
    }

    /** A pod's name on the board, {@code namespace/name}. */
    public static String name(Pod pod) {
        return pod.namespace() + "/" + pod.name();
    }

    /** False for a pod that failed lately and is left alone. */
    public boolean due(Pod pod, Instant now) {
        Failing failed = failing.get(name(pod));
        return failed == null || !now.isBefore(failed.until()) || failed.until().isAfter(now.plus(LONGEST_PAUSE));
    }

    /**
     * Lets a follower take in the end of a container's log.
     *
     * @param longest how far back at most
     * @return whether it did; what went wrong otherwise is on the board
     */
    public boolean read(Pod pod, String container, LogFollower follower, Duration longest, Bound bound)
            throws InterruptedException {
        Instant now = around.origin().clock().instant();
        Duration since = follower.since(now, longest);
        boolean cut;
        try (InputStream answer = around.access().log(pod, container, since, bound.lines())) {
            byte[] log = answer.readAllBytes();
            cut = log.length > bound.bytes();
            follower.read(end(log, bound.bytes()), now);
        } catch (PageException e) {
            failed(pod, now, e.state(), e.getMessage(), e.retryAfter());
            return false;
        } catch (IOException e) {
            failed(pod, now, SourceState.UNREACHABLE, "the log of " + container + " ended early; tried again", null);
            return false;
        }
        failing.remove(name(pod));
        around.board().read(source, name(pod), now);
        if (cut) {
            String more =
                    "it wrote more than " + bound.bytes() + " bytes since the last reading; the oldest were left out";
            around.board().failed(source, name(pod), SourceState.PARTIAL, more);
        }
        return true;
    }

    private void failed(Pod pod, Instant now, SourceState state, String detail, Duration wanted) {
        around.board().failed(source, name(pod), state, detail);
        int times = failing.containsKey(name(pod)) ? failing.get(name(pod)).times() + 1 : 1;
        Duration pause = interval.multipliedBy(1L << Math.min(times - 1, 10));
        pause = wanted != null && wanted.compareTo(pause) > 0 ? wanted : pause;
        failing.put(
                name(pod), new Failing(times, now.plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE)));
    }

    /** The last bytes, from the beginning of a line: what is newest counts most. */
    private static InputStream end(byte[] log, int bytes) {
        int from = log.length - bytes;
        while (from > 0 && from < log.length && log[from - 1] != '\n') {
            from++;
        }
        return from <= 0 ? new ByteArrayInputStream(log) : new ByteArrayInputStream(log, from, log.length - from);
    }
}
