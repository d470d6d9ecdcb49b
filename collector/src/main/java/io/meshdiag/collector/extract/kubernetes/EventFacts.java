package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * Sums events up per subject: several event objects about one fault are one fact with the whole count. An event object that is updated counts with its
 * newest count alone. At most 20,000 subjects; what comes beyond that is not summed.
 */
public final class EventFacts {
    private static final int MAX_SUBJECTS = 20_000;
    /** Rows of a table have no identity: each is another event. */
    private static final String ROW = "";

    private final Map<FactKey, Tally> tallies = new LinkedHashMap<>();
    private final Map<String, FactKey> subjects = new HashMap<>();

    /** One subject: the newest of its events, and the counts of all by their ids. */
    private static final class Tally {
        private final Map<String, Long> counts = new HashMap<>(2);
        private SpecificRecord newest;
        private Instant first;
        private Instant last;

        void add(SpecificRecord fact, Event event) {
            if (last == null || !last.isAfter(event.last())) {
                newest = fact;
                last = event.last();
            }
            first = first == null || event.first().isBefore(first) ? event.first() : first;
        }

        SpecificRecord sum(Origin origin) {
            long count = counts.values().stream().mapToLong(Long::longValue).sum();
            Origin seen = origin.seenBy(origin.observer(), "kubernetes:Event");
            return newest instanceof CniEvent event
                    ? Digests.stamp(CniEvent.newBuilder(event)
                            .setHeader(seen.header())
                            .setCount(count)
                            .setFirstAt(first)
                            .build())
                    : Digests.stamp(WebhookError.newBuilder((WebhookError) newest)
                            .setHeader(seen.header())
                            .setCount(count)
                            .setFirstAt(first)
                            .build());
        }
    }

    /** Adds a row of a table. */
    void add(Event event, Origin origin) {
        fact(event, origin).ifPresent(fact -> {
            Tally tally = tally(Facts.key(fact));
            tally.add(fact, event);
            tally.counts.merge(ROW, event.count(), Long::sum);
        });
    }

    /**
     * Takes an event object, new or updated.
     *
     * @param id namespace/name of the event object
     * @return the fact of its subject if that changed
     */
    public Optional<SpecificRecord> put(String id, KubernetesObject object, Origin origin) {
        Event event = Event.of(object, origin.observedAt());
        return fact(event, origin).flatMap(fact -> {
            FactKey key = Facts.key(fact);
            FactKey before = subjects.put(id, key);
            if (before != null && !before.equals(key)) {
                forget(before, id);
            }
            Tally tally = tally(key);
            Long counted = tally.counts.put(id, event.count());
            boolean known =
                    counted != null && counted == event.count() && !event.last().isAfter(tally.last);
            tally.add(fact, event);
            return known ? Optional.empty() : Optional.of(tally.sum(origin));
        });
    }

    /** Forgets an event object, which the API server does an hour after its last update. What it told happened all the same. */
    public void remove(String id) {
        FactKey key = subjects.remove(id);
        if (key != null) {
            forget(key, id);
        }
    }

    private void forget(FactKey key, String id) {
        tallies.computeIfPresent(key, (k, tally) -> {
            tally.counts.remove(id);
            return tally.counts.isEmpty() ? null : tally;
        });
    }

    /** All sums, as of the origin's time. */
    void finish(Origin origin, FactSink facts) {
        tallies.values().forEach(tally -> facts.accept(tally.sum(origin)));
    }

    /** All sums, each as of the time of its newest event. */
    public void asOfTheirTimes(Origin origin, FactSink facts) {
        tallies.values().forEach(tally -> facts.accept(tally.sum(origin.at(tally.last))));
    }

    private Tally tally(FactKey key) {
        Tally known = tallies.get(key);
        if (known != null || tallies.size() < MAX_SUBJECTS) {
            return tallies.computeIfAbsent(key, k -> new Tally());
        }
        return new Tally();
    }

    private static Optional<SpecificRecord> fact(Event event, Origin origin) {
        Optional<SpecificRecord> cni = CniEvents.of(event, origin).map(SpecificRecord.class::cast);
        return cni.isPresent() ? cni : WebhookErrors.of(event, origin).map(SpecificRecord.class::cast);
    }
}
