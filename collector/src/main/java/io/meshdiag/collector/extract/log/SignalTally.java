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
    private static final int MAX_SUBJECTS = 40;
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

    /** What a fact says, to be counted on. */
    static SignalTally of(LogSignals fact) {
        SignalTally tally = new SignalTally();
        tally.lines = fact.getLines();
        tally.errors = fact.getErrors();
        tally.warnings = fact.getWarnings();
        tally.firstAt = fact.getFirstAt();
        tally.lastAt = fact.getLastAt();
        fact.getSignals()
                .forEach(signal -> tally.signals.put(new Key(signal.getSignature(), signal.getSubject()), signal));
        return tally;
    }

    /** Counts an entry whatever it says. */
    void entry(LogEntry entry) {
        lines++;
        switch (entry.level()) {
            case ERROR, FATAL -> errors++;
            case WARN -> warnings++;
            default -> {}
        }
        span(entry.time());
    }

    private void span(Instant time) {
        if (time != null) {
            firstAt = firstAt == null || time.isBefore(firstAt) ? time : firstAt;
            lastAt = lastAt == null || time.isAfter(lastAt) ? time : lastAt;
        }
    }

    /** Counts an entry of a known kind. Beyond 40 subjects of one signature the rest counts together, under the empty subject. */
    void signal(LogSignature.Match match, LogEntry entry, Instant at) {
        Key key = key(match.signature().name(), Printable.clean(match.subject()));
        LogSignal signal = signals.get(key);
        if (signal == null) {
            signals.put(
                    key,
                    new LogSignal(
                            key.signature(), key.subject(), 1L, at, at, Redactor.clean(entry.text(), MAX_SAMPLE)));
        } else {
            count(signal, 1, at, at);
        }
    }

    /** Counts what another part of the same log says too. */
    void add(SignalTally other) {
        lines += other.lines;
        errors += other.errors;
        warnings += other.warnings;
        span(other.firstAt);
        span(other.lastAt);
        other.signals.forEach((theirs, signal) -> {
            Key key = key(theirs.signature(), theirs.subject());
            LogSignal known = signals.get(key);
            if (known == null) {
                signals.put(
                        key,
                        LogSignal.newBuilder(signal).setSubject(key.subject()).build());
            } else {
                count(known, signal.getCount(), signal.getFirstAt(), signal.getLastAt());
            }
        });
    }

    private Key key(String name, String subject) {
        Key key = new Key(name, subject);
        return signals.containsKey(key) || subjects.merge(name, 1, Integer::sum) <= MAX_SUBJECTS
                ? key
                : new Key(name, "");
    }

    private static void count(LogSignal signal, long more, Instant first, Instant last) {
        signal.setCount(signal.getCount() + more);
        signal.setFirstAt(first.isBefore(signal.getFirstAt()) ? first : signal.getFirstAt());
        signal.setLastAt(last.isAfter(signal.getLastAt()) ? last : signal.getLastAt());
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
