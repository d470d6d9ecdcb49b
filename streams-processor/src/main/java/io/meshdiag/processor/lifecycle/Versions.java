package io.meshdiag.processor.lifecycle;

import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.finding.Scope;
import io.meshdiag.processor.detect.Running;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.state.ClusterSummary;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.Stream;

/** Adds to what a rule knows the version of the istiods that see it. */
final class Versions {
    private Versions() {}

    /**
     * The verdict with the version of istiod, where all istiods of the cluster that it is seen from run one.
     *
     * @param clusters those that the finding is about
     */
    static Verdict complete(Verdict verdict, Collection<ClusterSummary> clusters) {
        String seenFrom = seenFrom(verdict.scope());
        Stream<String> istiods = clusters.stream()
                .filter(cluster ->
                        cluster.getVm() == null && cluster.getClusterId().equals(seenFrom))
                .flatMap(cluster -> cluster.getVersions().stream())
                .filter(one -> one.getComponent().equals(Running.ISTIOD))
                .map(ComponentVersion::getVersion);
        return verdict.with(Stream.concat(verdict.versions().stream(), Running.only(Running.ISTIOD, istiods).stream())
                .sorted(Comparator.comparing(ComponentVersion::getComponent))
                .toList());
    }

    /** The one cluster whose istiods it is about; empty when there is no such cluster. */
    private static String seenFrom(Scope scope) {
        if (scope.getPair() != null) {
            return scope.getPair().getFrom();
        }
        boolean one = scope.getClusters().size() == 1
                && scope.getObservers().isEmpty()
                && scope.getMachines().isEmpty();
        return one ? scope.getClusters().get(0) : "";
    }
}
