package io.meshdiag.processor.time;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.Collection;

/**
 * What time it is in a scope: the newest observation, moved on by the clock only where no cluster of the scope was read from an archive. So an
 * archive is judged at its own time. A watched cluster that fell silent does not stop the clock of the others: what is known of it grows old, and
 * what began elsewhere meanwhile is told.
 */
public record ViewTime(Instant asOf, boolean live) {

    /** Time of a scope with these clusters, whose newest row is this old; a scope without clusters lives on by the clock. */
    public static ViewTime of(Collection<ClusterSummary> clusters, Instant newest, Instant now) {
        boolean live = clusters.stream().allMatch(ViewTime::watched);
        return new ViewTime(live && now.isAfter(newest) ? now : newest, live);
    }

    private static boolean watched(ClusterSummary cluster) {
        return cluster.getMode() == CollectorMode.CLUSTER || cluster.getMode() == CollectorMode.VM;
    }
}
