package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.LogSignals;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/**
 * Follows one container's log that is read again and again, each time from a little before where the last reading ended. However much readings repeat,
 * every entry counts once: what stands before the last known entry was read. Signals end when the window has passed them. Memory is bounded by the
 * number of signatures, not by the log. Not thread-safe.
 */
public final class LogFollower {
    /** Readings repeat at least so much, for lines that were written while the one before ended. */
    private static final Duration OVERLAP = Duration.ofSeconds(30);

    private static final int MAX_EVENTS = 300;

    private final String component;
    private final Duration window;
    private final List<LogSignature> known;
    private final CniEvents events;
    private final String node;
    private final String owner;
    private final SignalWindow signals;
    /** When the last entry that was read was written: it is looked for, not compared, so that clocks of nodes may jump. */
    private Instant place;

    private Instant readAt;

    private LogFollower(
            String component, String namespace, String instance, String node, String owner, Duration window) {
        this.component = component;
        this.node = node;
        this.owner = owner;
        this.window = window;
        this.signals = new SignalWindow(component, namespace, instance, window);
        this.known = LogSignatures.of(component);
        this.events = new CniEvents(node, owner, MAX_EVENTS);
    }

    /**
     * The log of an istiod or a proxy.
     *
     * @param component istiod or proxy
     * @param window how long a signal is told after its line
     */
    public static LogFollower of(String component, String namespace, String instance, Duration window) {
        return new LogFollower(component, namespace, instance, "", "", window);
    }

    /** The log of an istio-cni-node pod. */
    public static LogFollower ofAgent(String node, String namespace, String pod, Duration window) {
        return new LogFollower("cni", namespace, pod, node, "", window);
    }

    /** The log of a pod's init container istio-validation: what it says is about that pod. */
    public static LogFollower ofValidation(String node, String namespace, String pod, Duration window) {
        return new LogFollower("cni", namespace, pod, node, namespace + "/" + pod, window);
    }

    /**
     * How far back the next reading has to begin.
     *
     * @param longest for a log that was not read yet, or too long ago
     */
    public Duration since(Instant now, Duration longest) {
        if (readAt == null || now.isBefore(readAt)) {
            return longest;
        }
        Duration since = Duration.between(readAt, now).plus(OVERLAP);
        return since.compareTo(longest) < 0 ? since : longest;
    }

    /**
     * Takes in what is new. A reading that fails counts nothing: the next one begins at the same place.
     *
     * @param log with the times of the container runtime in front of its lines
     * @param now when the reading began
     */
    public void read(InputStream log, Instant now) throws IOException {
        IstioLog entries = new IstioLog(log);
        Piece piece = new Piece(now);
        Instant last = place;
        for (LogEntry entry = entries.next(); entry != null; entry = entries.next()) {
            Instant written = entry.written() == null ? entry.time() : entry.written();
            if (written != null && written.equals(place)) {
                piece = new Piece(now);
            } else {
                piece.add(entry, written);
            }
            last = written == null ? last : written;
        }
        signals.add(piece.slices);
        events.add(piece.events);
        place = last;
        readAt = now;
    }

    /** What the log said during the window, see {@link SignalWindow#signals}. */
    public LogSignals signals(Origin origin) {
        return signals.signals(origin);
    }

    /**
     * What the log of an agent or of a validation said of pods.
     *
     * @param keep events that ended longer ago are forgotten
     */
    public void events(Origin origin, Duration keep, FactSink facts) {
        events.forgetBefore(origin.observedAt().minus(keep));
        events.publish(origin, facts);
    }

    /** What one reading adds. */
    private final class Piece {
        private final TreeMap<Long, SignalTally> slices = new TreeMap<>();
        private final CniEvents events = new CniEvents(node, owner, MAX_EVENTS);
        private final Instant now;
        private final Instant from;
        private Instant at;

        Piece(Instant now) {
            this.now = now;
            this.from = readAt == null || now.isBefore(readAt) ? now.minus(window) : readAt;
            this.at = now;
        }

        void add(LogEntry entry, Instant written) {
            at = entry.time() == null ? at : entry.time();
            LogSignature.Match match = LogSignature.first(known, entry.text()).orElse(null);
            if (match != null && component.equals("cni")) {
                events.add(match, entry, at);
            }
            Instant when = written == null ? now : written;
            if (readAt == null && when.isBefore(from)) {
                return;
            }
            SignalTally tally = slices.computeIfAbsent(signals.slice(within(when)), s -> new SignalTally());
            tally.entry(entry);
            if (match != null) {
                tally.signal(match, entry, at);
            }
        }

        /** What was not there at the reading before was written since then, whatever the node's clock says. */
        private Instant within(Instant time) {
            return time.isBefore(from) ? from : time.isAfter(now) ? now : time;
        }
    }
}
