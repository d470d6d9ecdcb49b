package io.meshdiag.collector.live;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.Undelivered;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Says that the collector lives, what it can see, and how many subjects there are; readers judge a cluster when they have as many.
 *
 * <p>So a heartbeat must not promise what is not stored, or readers wait in vain, and the first must not promise too little: readers take a cluster
 * whose count they reached as complete from then on, and would report everything that was still to come as missing. Hence there is none before the first
 * full round of all sources has ended (or failed: a source that cannot be read must not silence the others), and the first waits until all that was
 * counted is stored. Later ones wait too, but not for ever: then they leave out what is still on its way, so that a collector that cannot deliver one
 * kind of fact is not taken for dead.
 */
public final class HeartbeatRound implements Rounds.Task {
    private final String collector;
    private final CollectorMode mode;
    private final String version;
    private final Duration interval;
    private final Supplier<Origin> origin;
    private final Book book;
    private final SourceBoard board;
    private final FactPublisher publisher;
    private final BooleanSupplier firstRoundDone;
    private boolean begun;

    /**
     * @param collector instance, part of the heartbeat's key
     * @param interval until the next heartbeat is due; at least a second
     * @param origin header values as of now
     * @param publisher where the book's news go, too
     * @param firstRoundDone whether every source was read once or could not be read
     */
    public HeartbeatRound(
            String collector,
            CollectorMode mode,
            String version,
            Duration interval,
            Supplier<Origin> origin,
            Book book,
            SourceBoard board,
            FactPublisher publisher,
            BooleanSupplier firstRoundDone) {
        this.collector = collector;
        this.mode = mode;
        this.version = version;
        this.interval = interval;
        this.origin = origin;
        this.book = book;
        this.board = board;
        this.publisher = publisher;
        this.firstRoundDone = firstRoundDone;
    }

    /** Publishes a heartbeat if there is to be one. */
    @Override
    public void run() throws InterruptedException {
        if (!firstRoundDone.getAsBoolean()) {
            return;
        }
        // Counted before waiting: what is told meanwhile may not be stored when the wait ends.
        SortedMap<String, Long> subjects = book.subjects();
        Map<FactKind, Long> left = publisher.flush(clusterKey(), interval.dividedBy(3));
        if (!begun && left.keySet().stream().anyMatch(kind -> kind != FactKind.HEARTBEAT)) {
            return;
        }
        begun = true;
        publisher.publish(heartbeat(without(subjects, left)));
    }

    private String clusterKey() {
        return FactKey.of(origin.get().header(), FactKind.HEARTBEAT, collector).clusterKey();
    }

    private static SortedMap<String, Long> without(SortedMap<String, Long> subjects, Map<FactKind, Long> left) {
        SortedMap<String, Long> stored = new TreeMap<>(subjects);
        left.forEach(
                (kind, count) -> stored.computeIfPresent(kind.segment(), (segment, all) -> Math.max(0, all - count)));
        return stored;
    }

    /** What waits for longer than until the next heartbeat. Rounded, so that a heartbeat is not news because a second passed. */
    private List<Undelivered> undelivered() {
        return publisher.backlog(clusterKey()).entrySet().stream()
                .filter(e -> e.getValue().oldest().compareTo(interval) >= 0)
                .map(e -> new Undelivered(
                        e.getKey().segment(),
                        e.getValue().subjects(),
                        e.getValue().oldest().dividedBy(interval) * interval.toSeconds()))
                .sorted(Comparator.comparing(Undelivered::getKind))
                .toList();
    }

    private Heartbeat heartbeat(SortedMap<String, Long> subjects) {
        List<NamedCount> counts = subjects.entrySet().stream()
                .map(e -> NamedCount.newBuilder()
                        .setName(e.getKey())
                        .setValue(e.getValue())
                        .build())
                .toList();
        return Digests.stamp(Heartbeat.newBuilder()
                .setHeader(origin.get().header())
                .setCollector(collector)
                .setVersion(version)
                .setMode(mode)
                .setIntervalSeconds((int) interval.toSeconds())
                .setSources(board.coverage())
                .setSubjects(counts)
                .setUndelivered(undelivered())
                .setLook(null)
                .build());
    }
}
