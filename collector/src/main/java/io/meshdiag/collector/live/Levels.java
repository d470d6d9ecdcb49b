package io.meshdiag.collector.live;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/**
 * Lets through only what readers do not know yet: a fact whose content changed, or that was not told for a while, so that a lost record heals. A
 * subject that a look no longer shows gets a tombstone. Events get none: they happened, and their topics expire.
 */
final class Levels implements FactPublisher {
    private final FactPublisher next;
    private final Duration refresh;
    private final Map<FactKey, Told> told = new HashMap<>();
    private Set<FactKey> seen = new HashSet<>();
    private Instant now = Instant.EPOCH;

    /** What readers were told of a subject, and when. */
    private record Told(String contentHash, Instant at, Outcome outcome) {
        /** Somebody before us told them, we do not know what. */
        static final Told BEFORE_US = new Told("", Instant.EPOCH, Outcome.SENT);
    }

    /**
     * @param before keys that readers already have, of a collector before this one
     * @param refresh after how long an unchanged fact is told again
     */
    Levels(FactPublisher next, Collection<FactKey> before, Duration refresh) {
        this.next = next;
        this.refresh = refresh;
        before.forEach(key -> told.put(key, Told.BEFORE_US));
    }

    /** A look begins: facts that follow are as of this time. */
    void begin(Instant time) {
        now = time;
        seen = new HashSet<>();
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        FactKey key = Facts.key(fact);
        FactHeader header = Facts.header(fact);
        Told before = told.get(key);
        if (before != null
                && before.contentHash().equals(header.getContentHash())
                && now.isBefore(before.at().plus(refresh))) {
            seen.add(key);
            return before.outcome();
        }
        // The hash does not cover the time.
        header.setObservedAt(now);
        Outcome outcome = next.publish(fact);
        if (outcome != Outcome.REFUSED) {
            seen.add(key);
            told.put(key, new Told(header.getContentHash(), now, outcome));
        }
        return outcome;
    }

    /** Tells a fact at its own time, whether it is news or not. */
    void tell(SpecificRecord fact) {
        next.publish(fact);
    }

    /** Says of all subjects that the look did not show that they are gone; only of those that it would have shown. */
    void sweep(Predicate<FactKey> looked) {
        List<FactKey> gone = told.keySet().stream()
                .filter(key -> !seen.contains(key) && !key.kind().event() && key.kind() != FactKind.HEARTBEAT)
                .filter(looked)
                .toList();
        for (FactKey key : gone) {
            next.tombstone(key);
            told.remove(key);
        }
    }

    @Override
    public void tombstone(FactKey key) {
        told.remove(key);
        next.tombstone(key);
    }

    @Override
    public void flush() {
        next.flush();
    }

    @Override
    public void close() {
        next.close();
    }
}
