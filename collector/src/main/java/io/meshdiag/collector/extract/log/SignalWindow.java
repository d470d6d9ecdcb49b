package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.schema.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one component's logs said during the last while: a signal ends when the window has passed its lines. Memory is bounded by the number of
 * signatures, not by the logs. What it holds can be taken out and given back, so that a process that starts again goes on counting. Not thread-safe.
 */
public final class SignalWindow {
    private static final int SLICES = 5;

    private final String component;
    private final String namespace;
    private final String instance;
    private final Duration window;
    private final TreeMap<Long, SignalTally> slices = new TreeMap<>();
    private LogSignals told;

    /**
     * @param component see {@link LogSignalsParser}
     * @param instance name of the pod or VM
     * @param window how long a signal is told after its line
     */
    public SignalWindow(String component, String namespace, String instance, Duration window) {
        this.component = component;
        this.namespace = namespace;
        this.instance = instance;
        this.window = window;
    }

    /** Takes in entries that it has not seen yet. Those that are older than the window count nothing; one from the future counts now. */
    public void read(InputStream log, Instant now) throws IOException {
        List<LogSignature> known = LogSignatures.of(component);
        IstioLog entries = new IstioLog(log);
        Instant from = now.minus(window);
        Instant at = now;
        for (LogEntry entry = entries.next(); entry != null; entry = entries.next()) {
            at = entry.time() == null ? at : entry.time();
            if (at.isBefore(from)) {
                continue;
            }
            SignalTally tally = tally(slice(at.isAfter(now) ? now : at));
            tally.entry(entry);
            LogSignature.Match match = LogSignature.first(known, entry.text()).orElse(null);
            if (match != null) {
                tally.signal(match, entry, at);
            }
        }
    }

    void add(Map<Long, SignalTally> more) {
        more.forEach((slice, tally) -> tally(slice).add(tally));
    }

    long slice(Instant time) {
        return Math.floorDiv(time.toEpochMilli(), sliceMillis());
    }

    private long sliceMillis() {
        return Math.max(1, window.toMillis() / SLICES);
    }

    private SignalTally tally(long slice) {
        return slices.computeIfAbsent(slice, s -> new SignalTally());
    }

    /**
     * What the logs said during the window. The numbers of lines move all the time: they are told anew when a signal changes, and once per window, so
     * that a log that is busy and healthy makes no news.
     */
    public LogSignals signals(Origin origin) {
        slices.headMap(slice(origin.observedAt().minus(window))).clear();
        SignalTally all = new SignalTally();
        slices.values().forEach(all::add);
        LogSignals now = all.fact(origin, component, namespace, instance);
        boolean news = told == null
                || !told.getSignals().equals(now.getSignals())
                || !origin.observedAt()
                        .isBefore(told.getHeader().getObservedAt().plus(window));
        if (news) {
            told = now;
            return now;
        }
        return Digests.stamp(
                LogSignals.newBuilder(told).setHeader(origin.header()).build());
    }

    /** All that it holds, piece by piece, for {@link #restore}; each is of the time in its header. */
    public List<LogSignals> content(Origin origin) {
        List<LogSignals> content = new ArrayList<>();
        slices.forEach((slice, tally) -> content.add(
                tally.fact(origin.at(Instant.ofEpochMilli(slice * sliceMillis())), component, namespace, instance)));
        return content;
    }

    /** Takes back a piece of {@link #content}, also of a window that was of another length. */
    public void restore(LogSignals piece) {
        tally(slice(piece.getHeader().getObservedAt())).add(SignalTally.of(piece));
    }
}
