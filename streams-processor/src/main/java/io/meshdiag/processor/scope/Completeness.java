package io.meshdiag.processor.scope;

import io.meshdiag.fact.Look;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether all that a collector counted has arrived: topics are read in any order, so a heartbeat may come before the facts that it counts.
 *
 * <p>Live, a cluster that was complete stays so: counts and rows move at different times, and changes are levels of their own. An archive is one
 * look, judged whole: a row newer than the heartbeat belongs to a look whose heartbeat is still to come. Events do not count, because their
 * topics expire.
 *
 * @param previousLookAt time of the look before this one; null when there was none
 * @param unconfirmed rows that the present look did not see: once it is complete, they are gone
 */
record Completeness(boolean complete, Instant previousLookAt, List<Row<?>> unconfirmed) {

    static Completeness of(List<Row<?>> facts, Heartbeats heartbeats, ClusterSummary before) {
        List<Row<?>> levels = facts.stream().filter(Completeness::counts).toList();
        if (!heartbeats.archive()) {
            boolean stays = before != null
                    && before.getComplete()
                    && before.getMode() == heartbeats.main().getMode();
            return new Completeness(stays || arrived(levels, heartbeats), null, List.of());
        }
        Instant previous = previousLook(heartbeats, before);
        Map<Boolean, List<Row<?>>> byConfirmed = levels.stream()
                .collect(Collectors.partitioningBy(
                        row -> previous == null || observedAt(row).isAfter(previous)));
        boolean newerLookBegun = levels.stream().anyMatch(row -> observedAt(row).isAfter(heartbeats.at()));
        boolean complete = !newerLookBegun && arrived(byConfirmed.get(true), heartbeats);
        return new Completeness(complete, previous, byConfirmed.get(false));
    }

    private static Instant previousLook(Heartbeats heartbeats, ClusterSummary before) {
        if (before == null) {
            return null;
        }
        Look last = before.getLook();
        Look now = heartbeats.main().getLook();
        boolean another = last != null && now != null && !last.getId().equals(now.getId());
        return another && heartbeats.at().isAfter(before.getAsOf()) ? before.getAsOf() : before.getPreviousLookAt();
    }

    private static boolean arrived(List<Row<?>> levels, Heartbeats heartbeats) {
        Map<String, Long> rows = levels.stream()
                .collect(Collectors.groupingBy(row -> row.key().kind().segment(), Collectors.counting()));
        return heartbeats.subjects().entrySet().stream()
                .filter(subject -> FactKind.ofSegment(subject.getKey())
                        .filter(kind -> kind != FactKind.HEARTBEAT && !kind.event())
                        .isPresent())
                .allMatch(subject -> rows.getOrDefault(subject.getKey(), 0L) >= subject.getValue());
    }

    private static boolean counts(Row<?> row) {
        return row.key().kind() != FactKind.HEARTBEAT && !row.key().kind().event();
    }

    private static Instant observedAt(Row<?> row) {
        return Facts.header(row.fact()).getObservedAt();
    }
}
