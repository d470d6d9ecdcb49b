package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the entries of one log and the signatures among them, in bounded memory. */
final class SignalTally {
    private static final int MAX_SIGNALS = 100;
    private static final int MAX_SUBJECTS = 20;
    private static final int MAX_SAMPLE = 500;

    private record Key(String signature, String subject) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int bySignature = signature.compareTo(other.signature);
            return bySignature != 0 ? bySignature : subject.compareTo(other.subject);
        }
    }

    private final Map<Key, LogSignal> signals = new TreeMap<>();
    private final Map<String, Integer> subjects = new HashMap<>();
    private long lines;
    private long errors;
    private long warnings;
    private Instant firstAt;
    private Instant lastAt;

    /** Counts an entry whatever it says. */
    void entry(LogEntry entry) {
        lines++;
        switch (entry.level()) {
            case ERROR, FATAL -> errors++;
            case WARN -> warnings++;
            default -> {}
        }
        if (entry.time() != null) {
            firstAt = firstAt == null || entry.time().isBefore(firstAt) ? entry.time() : firstAt;
            lastAt = lastAt == null || entry.time().isAfter(lastAt) ? entry.time() : lastAt;
        }
    }

    /** Counts an entry of a known kind. Beyond 20 subjects of one signature the rest counts together, under the empty subject. */
    void signal(LogSignature.Match match, LogEntry entry, Instant at) {
        String name = match.signature().name();
        Key key = new Key(name, Printable.clean(match.subject()));
        if (!signals.containsKey(key) && subjects.merge(name, 1, Integer::sum) > MAX_SUBJECTS) {
            key = new Key(name, "");
        }
        LogSignal signal = signals.get(key);
        if (signal == null) {
            signals.put(key, new LogSignal(name, key.subject(), 1L, at, at, Redactor.clean(entry.text(), MAX_SAMPLE)));
            return;
        }
        signal.setCount(signal.getCount() + 1);
        signal.setFirstAt(at.isBefore(signal.getFirstAt()) ? at : signal.getFirstAt());
        signal.setLastAt(at.isAfter(signal.getLastAt()) ? at : signal.getLastAt());
    }

    long lines() {
        return lines;
    }

    LogSignals fact(Origin origin, String component, String namespace, String instance) {
        List<LogSignal> sorted = signals.values().stream().limit(MAX_SIGNALS).toList();
        return Digests.stamp(LogSignals.newBuilder()
                .setHeader(origin.header())
                .setComponent(component)
                .setNamespace(namespace)
                .setInstance(instance)
                .setSignals(sorted)
                .setLines(lines)
                .setErrors(errors)
                .setWarnings(warnings)
                .setFirstAt(firstAt)
                .setLastAt(lastAt)
                .build());
    }
}
