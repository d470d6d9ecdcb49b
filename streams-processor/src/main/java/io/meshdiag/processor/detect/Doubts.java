package io.meshdiag.processor.detect;

import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.state.ClusterSummary;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Why a cluster cannot be judged: what a verdict of UNKNOWN gives as missing. Absence proves something only where somebody looked. */
public final class Doubts {
    private static final Set<SourceState> READ = EnumSet.of(SourceState.OK, SourceState.PARTIAL);

    private Doubts() {}

    /** What stands against any conclusion about the cluster: facts that have not arrived, or a collector that fell silent. */
    public static List<String> about(ClusterSummary cluster) {
        List<String> doubts = new ArrayList<>();
        if (!cluster.getComplete()) {
            doubts.add(name(cluster) + ": not all facts have arrived yet");
        }
        if (cluster.getSilent()) {
            doubts.add(name(cluster) + ": the collector is silent");
        }
        return doubts;
    }

    /** As {@link #about(ClusterSummary)}, and each of these sources that the collector says it could not read. */
    public static List<String> about(ClusterSummary cluster, String... sources) {
        List<String> doubts = about(cluster);
        for (String source : sources) {
            for (SourceCoverage coverage : cluster.getSources()) {
                if (names(coverage, source) && !READ.contains(coverage.getState())) {
                    doubts.add(describe(cluster, coverage));
                }
            }
        }
        return doubts;
    }

    /** True when the collector says that it has read this source, at least in part. */
    public static boolean read(ClusterSummary cluster, String source) {
        return cluster.getSources().stream().anyMatch(c -> names(c, source) && READ.contains(c.getState()));
    }

    /** A source goes by the last part of its name, "clusterz" is "istiod/clusterz" wherever it was read, or by its full name. */
    private static boolean names(SourceCoverage coverage, String source) {
        String name = coverage.getSource();
        if (source.contains("/")) {
            return name.equalsIgnoreCase(source);
        }
        return name.substring(name.lastIndexOf('/') + 1).equalsIgnoreCase(source);
    }

    /** As {@link #about(ClusterSummary, String...)}; a source that was read in part counts as not read: what is absent may be in the other part. */
    public static List<String> aboutAbsence(ClusterSummary cluster, String source) {
        List<String> doubts = about(cluster);
        List<SourceCoverage> coverages =
                cluster.getSources().stream().filter(c -> names(c, source)).toList();
        coverages.stream()
                .filter(coverage -> coverage.getState() != SourceState.OK)
                .forEach(coverage -> doubts.add(describe(cluster, coverage)));
        if (coverages.isEmpty()) {
            doubts.add(name(cluster) + ": " + source + " was not read");
        }
        return doubts;
    }

    private static String name(ClusterSummary observer) {
        return observer.getVm() == null ? "cluster " + observer.getClusterId() : "virtual machine " + observer.getVm();
    }

    private static String describe(ClusterSummary cluster, SourceCoverage coverage) {
        String detail = coverage.getDetail().isEmpty() ? "" : " (" + coverage.getDetail() + ")";
        return name(cluster) + ": " + coverage.getSource() + " is " + coverage.getState() + detail;
    }
}
