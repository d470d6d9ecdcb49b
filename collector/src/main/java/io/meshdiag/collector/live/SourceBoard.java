package io.meshdiag.collector.live;

import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How well each source can be read at present, for the heartbeat: silence and blindness are facts too. A source has parts (the kinds of a watch, the
 * replicas of istiod, the proxies): it is OK when all were read at their last try. Thread-safe.
 *
 * <p>Sources are named as in archives ({@code istiod/syncz}), so that rules need not know how a fact was collected.
 */
public final class SourceBoard {
    private static final int MAX_DETAIL = 500;

    /** The last try; {@code readAt} is the last time that it succeeded, null = never. */
    private record Part(SourceState state, String detail, Instant readAt) {}

    private final Map<String, Map<String, Part>> sources = new TreeMap<>();
    private final Map<String, String> disabled = new TreeMap<>();
    private final Map<String, Long> failures = new HashMap<>();
    private final Map<String, SourceCoverage> told = new TreeMap<>();

    /** Which parts a source has at present: others are forgotten, new ones are MISSING until they are read. */
    public synchronized void expect(String source, Collection<String> parts) {
        Map<String, Part> known = sources.computeIfAbsent(source, s -> new TreeMap<>());
        known.keySet().retainAll(Set.copyOf(parts));
        parts.forEach(part -> known.putIfAbsent(part, new Part(SourceState.MISSING, "not read yet", null)));
    }

    /** A part was read to its end. */
    public synchronized void read(String source, String part, Instant at) {
        sources.computeIfAbsent(source, s -> new TreeMap<>()).put(part, new Part(SourceState.OK, "", at));
    }

    /**
     * A part could not be read.
     *
     * @param detail why, and what to do about it
     */
    public synchronized void failed(String source, String part, SourceState state, String detail) {
        sources.computeIfAbsent(source, s -> new TreeMap<>())
                .compute(part, (p, before) -> new Part(state, detail, before == null ? null : before.readAt()));
        failures.merge(source, 1L, Long::sum);
    }

    /** How often parts of a source could not be read. */
    public synchronized long failures(String source) {
        return failures.getOrDefault(source, 0L);
    }

    /** How the last try of a part ended; MISSING before the first. */
    public synchronized SourceState state(String source, String part) {
        Part known = sources.getOrDefault(source, Map.of()).get(part);
        return disabled.containsKey(source)
                ? SourceState.DISABLED
                : known == null ? SourceState.MISSING : known.state();
    }

    /** The configuration switches this source off. */
    public synchronized void disabled(String source, String why) {
        disabled.put(source, why);
    }

    /** What a looker says of its source as a whole, because it keeps accounts of its own: it reads samples, for example. */
    public synchronized void tell(SourceCoverage coverage) {
        told.put(
                coverage.getSource(),
                of(coverage.getSource(), coverage.getState(), coverage.getDetail())
                        .setRead(coverage.getRead())
                        .setExpected(coverage.getExpected())
                        .setFreshAt(coverage.getFreshAt())
                        .build());
    }

    /** Sources in the order of their names. */
    public synchronized List<SourceCoverage> coverage() {
        Map<String, SourceCoverage> all = new TreeMap<>(told);
        sources.forEach((source, parts) -> all.put(source, coverage(source, parts)));
        disabled.forEach((source, why) ->
                all.put(source, of(source, SourceState.DISABLED, why).build()));
        return List.copyOf(all.values());
    }

    private static SourceCoverage coverage(String source, Map<String, Part> parts) {
        long read =
                parts.values().stream().filter(p -> p.state() == SourceState.OK).count();
        Map.Entry<String, Part> bad = parts.entrySet().stream()
                .filter(e -> e.getValue().state() != SourceState.OK)
                .findFirst()
                .orElse(null);
        SourceState state = bad == null
                ? parts.isEmpty() ? SourceState.MISSING : SourceState.OK
                : parts.values().stream().anyMatch(SourceBoard::readAtAll)
                        ? SourceState.PARTIAL
                        : bad.getValue().state();
        String detail = bad == null
                ? parts.isEmpty() ? "there is none" : ""
                : parts.size() == 1 && bad.getKey().isEmpty()
                        ? bad.getValue().detail()
                        : read + " of " + parts.size() + " read; " + bad.getKey() + ": "
                                + bad.getValue().detail();
        Instant freshAt = parts.values().stream()
                .map(Part::readAt)
                .filter(at -> at != null)
                .max(Instant::compareTo)
                .orElse(null);
        return of(source, state, detail)
                .setRead((int) read)
                .setExpected(parts.size())
                .setFreshAt(freshAt)
                .build();
    }

    private static boolean readAtAll(Part part) {
        return part.state() == SourceState.OK || part.state() == SourceState.PARTIAL;
    }

    private static SourceCoverage.Builder of(String source, SourceState state, String detail) {
        return SourceCoverage.newBuilder()
                .setSource(source)
                .setState(state)
                .setDetail(Redactor.clean(detail, MAX_DETAIL))
                .setRead(0)
                .setExpected(0);
    }
}
