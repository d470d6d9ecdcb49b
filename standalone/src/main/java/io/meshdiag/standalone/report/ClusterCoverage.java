package io.meshdiag.standalone.report;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.SourceCoverage;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * What one collector can see of one cluster, or of one virtual machine.
 *
 * @param cluster its id; of a machine the one that it says it belongs to
 * @param vm name of the machine; empty for a cluster
 * @param collector its instance, or the archive
 * @param heardAt when it said so; an archive: when it was taken
 * @param asOf what ages are counted to
 * @param interval until its next heartbeat is due; zero = none will come
 * @param sources sorted by name
 */
public record ClusterCoverage(
        String mesh,
        String cluster,
        String vm,
        String collector,
        Instant heardAt,
        Instant asOf,
        Duration interval,
        List<SourceCoverage> sources) {
    /** As the rules count it: a collector that missed so many heartbeats is silent. */
    private static final int MISSED_UNTIL_SILENT = 3;

    /** By mesh, clusters before machines, cluster, collector. */
    public static final Comparator<ClusterCoverage> ORDER = Comparator.comparing(ClusterCoverage::mesh)
            .thenComparing(coverage -> !coverage.vm().isEmpty())
            .thenComparing(ClusterCoverage::cluster)
            .thenComparing(ClusterCoverage::collector);

    public ClusterCoverage {
        sources = sources.stream()
                .sorted(Comparator.comparing(SourceCoverage::getSource))
                .toList();
    }

    /** What a collector said of itself. */
    public static ClusterCoverage of(Heartbeat heartbeat, Instant now) {
        return new ClusterCoverage(
                heartbeat.getHeader().getMeshId(),
                heartbeat.getHeader().getClusterId(),
                heartbeat.getMode() == CollectorMode.VM
                        ? heartbeat.getHeader().getObserver().replaceFirst("^vm/", "")
                        : "",
                heartbeat.getCollector(),
                heartbeat.getHeader().getObservedAt(),
                now,
                Duration.ofSeconds(heartbeat.getIntervalSeconds()),
                heartbeat.getSources());
    }

    /** True when heartbeats were due and did not come: what it said is history, and nothing of the cluster is judged. */
    boolean silent() {
        return !interval.isZero()
                && heardAt.plus(interval.multipliedBy(MISSED_UNTIL_SILENT)).isBefore(asOf);
    }
}
