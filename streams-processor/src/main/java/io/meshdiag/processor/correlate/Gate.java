package io.meshdiag.processor.correlate;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Look;
import io.meshdiag.state.ClusterSummary;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When a scope over several clusters may be judged, and which of them it may be judged by. Archives of one look arrive in any order: judging
 * before all are there would open findings on half of what is known.
 */
public enum Gate {
    /** A mesh knows all its clusters: it waits for as many as the newest look has. */
    ALL_OF_THE_LOOK {
        @Override
        boolean open(List<ClusterSummary> ofLook, Look look) {
            return ofLook.size() >= look.getClusters();
        }

        @Override
        boolean current(ClusterSummary cluster, Look look) {
            return true;
        }
    },
    /** A service knows only the clusters that have it: one whose newest look is an older one is not judged by it. */
    PRESENT_OF_THE_LOOK {
        @Override
        boolean open(List<ClusterSummary> ofLook, Look look) {
            return true;
        }

        @Override
        boolean current(ClusterSummary cluster, Look look) {
            return of(cluster, look);
        }
    };

    /**
     * What to do now.
     *
     * @param hold true: judge later, leave all as it is
     * @param clusters summaries as rules may see them: complete only if they can be concluded from
     */
    record Decision(boolean hold, List<ClusterSummary> clusters) {}

    abstract boolean open(List<ClusterSummary> ofLook, Look look);

    abstract boolean current(ClusterSummary cluster, Look look);

    Decision decide(List<ClusterSummary> clusters) {
        Optional<Look> newest = clusters.stream()
                .filter(Gate::archived)
                .max(Comparator.comparing(ClusterSummary::getAsOf)
                        .thenComparing(cluster -> cluster.getLook().getId()))
                .map(ClusterSummary::getLook);
        boolean hold = newest.isPresent() && waitsFor(newest.get(), clusters);
        return new Decision(
                hold, clusters.stream().map(cluster -> shown(cluster, newest)).toList());
    }

    private boolean waitsFor(Look look, List<ClusterSummary> clusters) {
        List<ClusterSummary> ofLook =
                clusters.stream().filter(cluster -> of(cluster, look)).toList();
        return !open(ofLook, look) || !ofLook.stream().allMatch(ClusterSummary::getComplete);
    }

    private ClusterSummary shown(ClusterSummary cluster, Optional<Look> newest) {
        boolean usable = !cluster.getSilent()
                && (!archived(cluster)
                        || newest.filter(look -> current(cluster, look)).isPresent());
        return usable || !cluster.getComplete()
                ? cluster
                : ClusterSummary.newBuilder(cluster).setComplete(false).build();
    }

    private static boolean archived(ClusterSummary cluster) {
        return cluster.getMode() == CollectorMode.ARCHIVE && cluster.getLook() != null;
    }

    private static boolean of(ClusterSummary cluster, Look look) {
        return archived(cluster) && cluster.getLook().getId().equals(look.getId());
    }
}
