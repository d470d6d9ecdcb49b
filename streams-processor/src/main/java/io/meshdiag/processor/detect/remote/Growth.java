package io.meshdiag.processor.detect.remote;

import io.meshdiag.fact.IstiodHour;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How one istiod grew, from its first complete hour to its last.
 *
 * @param changes of remote secrets meanwhile; empty when nothing tells
 */
record Growth(
        ClusterSummary cluster, Row<IstiodInstance> row, IstiodHour first, IstiodHour last, Optional<Long> changes) {
    static final String UPDATED = "istiod.remote-cluster.updated";

    /** @param logs of the cluster's istiods */
    static Growth of(
            ClusterSummary cluster, Row<IstiodInstance> row, List<IstiodHour> hours, List<Row<LogSignals>> logs) {
        IstiodHour first = hours.get(0);
        IstiodHour last = hours.get(hours.size() - 1);
        Optional<Long> changes = first.getSecretEvents() != null && last.getSecretEvents() != null
                ? Optional.of(last.getSecretEvents() - first.getSecretEvents())
                : logged(row.fact(), first, logs);
        return new Growth(cluster, row, first, last, changes);
    }

    /** Before 1.29 istiod's log alone tells of changes; a log without a line of one was not read far enough back, or there was none. */
    private static Optional<Long> logged(IstiodInstance istiod, IstiodHour first, List<Row<LogSignals>> logs) {
        return logs.stream()
                .filter(log -> log.fact().getInstance().equals(istiod.getName())
                        && log.fact().getNamespace().equals(istiod.getNamespace()))
                .findFirst()
                .map(log -> log.fact().getSignals().stream()
                        .filter(signal -> signal.getSignature().equals(UPDATED))
                        .filter(signal -> !signal.getLastAt().isBefore(first.getAt()))
                        .mapToLong(LogSignal::getCount)
                        .sum());
    }

    String version() {
        return row.fact().getVersion() == null ? "unknown" : row.fact().getVersion();
    }

    /** As cluster/namespace/pod. */
    String place() {
        return cluster.getClusterId() + "/" + row.fact().getNamespace() + "/"
                + row.fact().getName();
    }

    String text() {
        long hours = Duration.between(first.getAt(), last.getAt()).toHours();
        return place() + ": goroutines " + first.getGoroutines() + " to " + last.getGoroutines() + " and heap "
                + mebibytes(first) + " to " + mebibytes(last) + " MiB within " + hours + " h, "
                + changes.map(count -> count + " change(s) of remote secrets")
                        .orElse("changes of remote secrets unknown");
    }

    private static long mebibytes(IstiodHour hour) {
        return hour.getHeapBytes() >> 20;
    }
}
