package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.extract.ProxyName;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who is dumped next. The urgent come first, in the order of {@link Urgency}; every fourth turn belongs to the rotation all the same, so that a fleet
 * in trouble does not hide the rest. The rotation goes round in laps: everybody once before anybody twice, and namespaces in turn. Nobody is dumped
 * again before the setting {@code again} has passed, but for a new and more urgent reason, or because the trouble of its last dump is over. Who failed
 * waits, longer each time.
 *
 * <p>What it says depends on its arguments alone. Not thread-safe.
 */
final class DumpQueue {
    /** One turn of so many is the rotation's. */
    private static final int ROTATION_SHARE = 4;

    private final EnvoySettings settings;
    private final Map<ProxyName, Known> known = new HashMap<>();
    /** Number of the turn that a namespace had last. */
    private final Map<String, Long> namespaceTurns = new HashMap<>();

    private long turn;
    private long lap;

    /** The last try of a proxy. */
    private record Known(String run, Urgency urgency, Instant triedAt, boolean dumped, int failures, long lap) {}

    DumpQueue(EnvoySettings settings) {
        this.settings = settings;
    }

    /**
     * The proxy whose turn it is; empty when nobody is due. The caller says what became of it before it asks again.
     *
     * @param present all proxies that can be dumped: others are forgotten
     */
    Optional<Candidate> next(Collection<Candidate> present, Instant now) {
        forget(present);
        List<Candidate> due =
                present.stream().map(this::orRecovered).filter(c -> due(c, now)).toList();
        List<Candidate> urgent =
                due.stream().filter(c -> c.urgency() != Urgency.ROTATION).toList();
        List<Candidate> rotation = thisLap(
                due.stream().filter(c -> c.urgency() == Urgency.ROTATION).toList());
        boolean rotate = urgent.isEmpty() || (turn + 1) % ROTATION_SHARE == 0;
        return (rotate && !rotation.isEmpty() ? rotation : urgent).stream().min(order());
    }

    /** The proxy was dumped. */
    void dumped(Candidate candidate, Instant now) {
        tried(candidate, now, true, 0);
    }

    /** The proxy could not be dumped. */
    void failed(Candidate candidate, Instant now) {
        Known before = known.get(candidate.proxy());
        tried(candidate, now, false, sameRun(before, candidate) ? before.failures() + 1 : 1);
    }

    private void tried(Candidate candidate, Instant now, boolean dumped, int failures) {
        turn++;
        namespaceTurns.put(candidate.proxy().namespace(), turn);
        known.put(candidate.proxy(), new Known(candidate.run(), candidate.urgency(), now, dumped, failures, lap));
    }

    private void forget(Collection<Candidate> present) {
        known.keySet().retainAll(present.stream().map(Candidate::proxy).collect(Collectors.toSet()));
        namespaceTurns
                .keySet()
                .retainAll(present.stream().map(c -> c.proxy().namespace()).collect(Collectors.toSet()));
    }

    /** Those who had no turn in this lap; all, in a new lap, when there is nobody left. */
    private List<Candidate> thisLap(List<Candidate> due) {
        List<Candidate> left = due.stream()
                .filter(c ->
                        !known.containsKey(c.proxy()) || known.get(c.proxy()).lap() < lap)
                .toList();
        if (left.isEmpty() && !due.isEmpty()) {
            lap++;
            return due;
        }
        return left;
    }

    private Candidate orRecovered(Candidate candidate) {
        Known before = known.get(candidate.proxy());
        return sameRun(before, candidate)
                        && before.urgency().isTrouble()
                        && candidate.urgency().isQuiet()
                ? new Candidate(candidate.proxy(), Urgency.RECOVERED, candidate.run())
                : candidate;
    }

    private boolean due(Candidate candidate, Instant now) {
        Known before = known.get(candidate.proxy());
        if (!sameRun(before, candidate)) {
            return true;
        }
        boolean news =
                candidate.urgency() == Urgency.RECOVERED || candidate.urgency().compareTo(before.urgency()) < 0;
        Duration wait =
                before.dumped() ? news ? Duration.ZERO : settings.again() : settings.retryAfter(before.failures());
        // A clock that was set back must not make anybody wait for it to catch up.
        return now.isBefore(before.triedAt()) || !now.isBefore(before.triedAt().plus(wait));
    }

    private static boolean sameRun(Known before, Candidate candidate) {
        return before != null && before.run().equals(candidate.run());
    }

    private Comparator<Candidate> order() {
        return Comparator.comparing(Candidate::urgency)
                .thenComparing(c -> namespaceTurns.getOrDefault(c.proxy().namespace(), 0L))
                .thenComparing(this::triedAt)
                .thenComparing(c -> c.proxy().namespace())
                .thenComparing(c -> c.proxy().name());
    }

    private Instant triedAt(Candidate candidate) {
        Known before = known.get(candidate.proxy());
        return before == null ? Instant.MIN : before.triedAt();
    }
}
