package io.meshdiag.processor.scope;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.Undelivered;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.LateKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the collectors of one cluster say of themselves.
 *
 * @param main the newest one of the cluster itself; of a VM when there is no other
 * @param all in the order of their keys
 */
record Heartbeats(Heartbeat main, List<Heartbeat> all) {
    private static final int MISSED_UNTIL_SILENT = 3;
    private static final String VM_OBSERVER = "vm/";
    /** Longer than a broker that restarts keeps a producer waiting. */
    private static final long LATE_SECONDS = 120;

    /** Empty while no collector was heard. */
    static Optional<Heartbeats> in(List<Row<?>> facts) {
        List<Heartbeat> all = facts.stream()
                .map(Row::fact)
                .filter(Heartbeat.class::isInstance)
                .map(Heartbeat.class::cast)
                .toList();
        return all.stream()
                .max(Comparator.comparing((Heartbeat h) -> h.getMode() != CollectorMode.VM)
                        .thenComparing(h -> h.getHeader().getObservedAt())
                        .thenComparing(Heartbeat::getCollector))
                .map(main -> new Heartbeats(main, all));
    }

    Instant at() {
        return main.getHeader().getObservedAt();
    }

    /** True for one look that no other follows: a bug report, or the capture of a machine. */
    boolean archive() {
        return main.getMode() == CollectorMode.ARCHIVE || main.getLook() != null;
    }

    /** Name of the virtual machine whose scope this is; empty for a cluster's. */
    Optional<String> vm() {
        String observer = main.getHeader().getObserver();
        if (observer.startsWith(VM_OBSERVER)) {
            return Optional.of(observer.substring(VM_OBSERVER.length()));
        }
        return main.getMode() == CollectorMode.VM ? Optional.of(main.getCollector()) : Optional.empty();
    }

    /** When the cluster counts as silent unless another heartbeat comes; empty when none is expected. */
    Optional<Instant> silentAt() {
        return archive() || main.getIntervalSeconds() <= 0
                ? Optional.empty()
                : Optional.of(
                        at().plus(Duration.ofSeconds(main.getIntervalSeconds()).multipliedBy(MISSED_UNTIL_SILENT)));
    }

    /** Rows that there are by the collectors' count, by the kind's segment. */
    Map<String, Long> subjects() {
        Map<String, Long> subjects = new TreeMap<>();
        for (Heartbeat heartbeat : all) {
            for (NamedCount count : heartbeat.getSubjects()) {
                subjects.merge(count.getName(), count.getValue(), Long::sum);
            }
        }
        return subjects;
    }

    /** Kinds that a collector sees and has not been able to hand over for a while, sorted. */
    List<LateKind> late() {
        Map<String, Long> oldest = new TreeMap<>();
        for (Heartbeat heartbeat : all) {
            for (Undelivered kind : heartbeat.getUndelivered()) {
                oldest.merge(kind.getKind(), kind.getOldestSeconds(), Math::max);
            }
        }
        return oldest.entrySet().stream()
                .filter(e -> e.getValue() >= LATE_SECONDS)
                .map(e -> new LateKind(e.getKey(), LATE_SECONDS * Long.highestOneBit(e.getValue() / LATE_SECONDS)))
                .toList();
    }

    List<SourceCoverage> sources() {
        return all.stream()
                .flatMap(heartbeat -> heartbeat.getSources().stream())
                .toList();
    }
}
