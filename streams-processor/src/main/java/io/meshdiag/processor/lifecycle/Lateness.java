package io.meshdiag.processor.lifecycle;

import io.meshdiag.processor.detect.Rule;
import io.meshdiag.schema.FactKind;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.LateKind;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Whether what a finding rests on is late. Then neither the fault nor its end is news: nothing opens and nothing is resolved until the collector has
 * caught up.
 */
final class Lateness {
    /** What summaries are made of: every rule looks at those. */
    private static final Set<FactKind> SUMMARIZED = EnumSet.of(
            FactKind.CLUSTER_PROFILE, FactKind.REMOTE_SECRET, FactKind.REMOTE_CLUSTER_STATUS, FactKind.TRUST_BUNDLE);

    /** What is found about collectors is found from their heartbeats, which are not late when they are there. */
    private static final String ABOUT_COLLECTORS = "OBS";

    private Lateness() {}

    /**
     * What is late of that which a rule reads.
     *
     * @param clusters that a finding is about or that saw it
     * @return one sentence for each kind and cluster; empty when all is in time
     */
    static List<String> of(Rule rule, Collection<ClusterSummary> clusters) {
        if (rule.family().equals(ABOUT_COLLECTORS)) {
            return List.of();
        }
        return clusters.stream()
                .flatMap(cluster -> cluster.getLate().stream()
                        .filter(late -> concerns(rule, late))
                        .map(late -> describe(cluster, late)))
                .toList();
    }

    private static boolean concerns(Rule rule, LateKind late) {
        return FactKind.ofSegment(late.getKind())
                .filter(kind -> SUMMARIZED.contains(kind) || rule.reads().contains(kind.record()))
                .isPresent();
    }

    private static String describe(ClusterSummary cluster, LateKind late) {
        return "cluster " + cluster.getClusterId() + ": " + late.getKind() + " facts are late by more than "
                + late.getAtLeastSeconds() / 60 + " min";
    }
}
