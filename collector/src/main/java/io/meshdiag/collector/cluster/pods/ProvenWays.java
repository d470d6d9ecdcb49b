package io.meshdiag.collector.cluster.pods;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Remembers which way worked where those before it did not, so that they are tried again only now and then. Thread-safe. */
final class ProvenWays {
    private static final int MAX_REMEMBERED = 20_000;

    private record Proven(Way way, Instant until) {}

    private final Duration reconsider;
    private final InstantSource clock;
    private final Map<String, Proven> proven = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Proven> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    ProvenWays(Duration reconsider, InstantSource clock) {
        this.reconsider = reconsider;
        this.clock = clock;
    }

    /** The ways in the order in which they are to be tried now. */
    synchronized List<Way> order(String target, List<Way> configured) {
        Proven before = proven.get(target);
        if (before == null
                || !configured.contains(before.way())
                || clock.instant().isAfter(before.until())) {
            return configured;
        }
        List<Way> order = new ArrayList<>(configured);
        order.remove(before.way());
        order.add(0, before.way());
        return order;
    }

    synchronized void worked(String target, Way way, List<Way> configured) {
        if (way == configured.get(0)) {
            proven.remove(target);
            return;
        }
        Proven before = proven.get(target);
        // What was proven stays proven until its time, however often it is used: else nothing would be tried again.
        if (before == null || before.way() != way || clock.instant().isAfter(before.until())) {
            proven.put(target, new Proven(way, clock.instant().plus(reconsider)));
        }
    }
}
