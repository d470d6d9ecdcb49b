package io.meshdiag.collector.live;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.FactPublisher.Outcome;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;

/**
 * What readers were told of every subject: lets through what they do not know yet, and what they were not told for a while, so that a lost record
 * heals. A subject that is gone gets a tombstone. Only hashes are kept, no facts. Thread-safe.
 *
 * <p>Events are told like levels (equal content is not told twice before the refresh), but never get a tombstone: they happened, and their topics
 * expire.
 */
public final class Book implements FactSink {
    private static final int MAX_EARLY = 10_000;

    private final FactPublisher next;
    private final Duration refresh;
    private final Map<FactKey, Told> told = new HashMap<>();
    /** Looks that were completed before it was known what readers had before; null when it is known. */
    private List<Predicate<FactKey>> early = new ArrayList<>();

    /** What readers were told of a subject, as of when, and since when it is so. */
    private record Told(String contentHash, Instant since, Instant at, Outcome outcome) {
        /** Somebody before us told them, we do not know what. */
        static final Told BEFORE_US = new Told("", Instant.MIN, Instant.MIN, Outcome.SENT);
        /** It is there, but readers could not be told. */
        static final Told NOT_TOLD = new Told("?", Instant.MIN, Instant.MIN, Outcome.REFUSED);
    }

    /**
     * @param next where news go; called under the book's lock, so that it must not wait for the network
     * @param refresh after how long an unchanged fact is told again, less up to a fifth that depends on its key
     */
    public Book(FactPublisher next, Duration refresh) {
        this.next = next;
        this.refresh = refresh;
    }

    /**
     * Takes over keys that readers have of a collector before this one: they are swept like its own. What a look that was completed before would have
     * shown, and what is not there, is gone at once: that look may be the only one of its source, as the list before a watch is.
     */
    public synchronized void inherit(Collection<FactKey> before) {
        List<Predicate<FactKey>> completed = early == null ? List.of() : early;
        early = null;
        for (FactKey key : before) {
            if (told.putIfAbsent(key, Told.BEFORE_US) == null
                    && completed.stream().anyMatch(shows -> shows.test(key))) {
                gone(key);
            }
        }
    }

    /** Readers do not have the latest fact of this subject: it is told again when it is seen again, and not counted until then. */
    public synchronized void lost(FactKey key) {
        told.computeIfPresent(key, (k, before) -> Told.NOT_TOLD);
    }

    /** Tells a fact if it is news at its observedAt. */
    @Override
    public void accept(SpecificRecord fact) {
        tell(fact);
    }

    /** What {@link #accept} does, and what became of the fact, now or when it was told. */
    private synchronized Outcome tell(SpecificRecord fact) {
        FactKey key = Facts.key(fact);
        FactHeader header = Facts.header(fact);
        Told before = told.get(key);
        Instant since = header.getObservedAt();
        if (before != null && before.contentHash().equals(header.getContentHash())) {
            Duration age = Duration.between(before.at(), header.getObservedAt());
            // A clock that was set back must not make facts look fresh until it has caught up.
            if (!age.isNegative() && age.compareTo(jittered(key)) < 0) {
                return before.outcome();
            }
            // Not seen for longer than it is ever left untold: what was in between nobody knows.
            boolean unbroken = !age.isNegative() && age.compareTo(refresh.multipliedBy(2)) < 0;
            since = unbroken ? before.since() : since;
        }
        header.setUnchangedSince(since);
        Outcome outcome = next.publish(fact);
        told.put(
                key,
                outcome == Outcome.REFUSED
                        ? Told.NOT_TOLD
                        : new Told(header.getContentHash(), since, header.getObservedAt(), outcome));
        return outcome;
    }

    /** Spread by key, so that what was told at once is not refreshed at once. */
    private Duration jittered(FactKey key) {
        return refresh.minus(
                refresh.multipliedBy(Math.floorMod(key.hashCode(), 64)).dividedBy(320));
    }

    /** A subject is gone. */
    public synchronized void gone(FactKey key) {
        if (told.remove(key) != null && level(key)) {
            next.tombstone(key);
        }
    }

    /** All subjects that answer to this are gone, for example those of a pod that was deleted. */
    public synchronized void gone(Predicate<FactKey> which) {
        List<FactKey> keys =
                told.keySet().stream().filter(Book::level).filter(which).toList();
        keys.forEach(this::gone);
    }

    /**
     * Begins a look at everything that one source shows.
     *
     * @param shows the keys that this source would show: those that it does not, are gone when the look is complete
     */
    public Look look(Predicate<FactKey> shows) {
        return new Look(shows);
    }

    /** Subjects that readers know of, by kind; events are not counted, because their topics expire. */
    public synchronized SortedMap<String, Long> subjects() {
        SortedMap<String, Long> byKind = new TreeMap<>();
        told.forEach((key, fact) -> {
            if (level(key) && !fact.equals(Told.NOT_TOLD)) {
                byKind.merge(key.kind().segment(), 1L, Long::sum);
            }
        });
        return byKind;
    }

    private static boolean level(FactKey key) {
        return !key.kind().event() && key.kind() != FactKind.HEARTBEAT;
    }

    /** One pass over a source. Without {@link #complete} nothing is gone: a look that was cut short proves no absence. */
    public final class Look implements FactSink {
        private final Predicate<FactKey> shows;
        private final Set<FactKey> seen = new HashSet<>();

        private Look(Predicate<FactKey> shows) {
            this.shows = shows;
        }

        @Override
        public void accept(SpecificRecord fact) {
            tell(fact);
        }

        /** What {@link #accept} does, and what became of the fact, now or when it was told. */
        Outcome tell(SpecificRecord fact) {
            seen.add(Facts.key(fact));
            return Book.this.tell(fact);
        }

        /** The source was read to its end. */
        public void complete() {
            synchronized (Book.this) {
                gone(key -> shows.test(key) && !seen.contains(key));
                // Sources that are read again and again fill the rest: they sweep again themselves.
                if (early != null && early.size() < MAX_EARLY) {
                    early.add(shows);
                }
            }
        }
    }
}
