package io.meshdiag.processor.detect;

import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Scope;
import io.meshdiag.processor.view.ScopeView;
import io.meshdiag.state.ClusterSummary;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** Where a finding is, and the parts of its identity. */
public final class Scopes {
    private static final int MACHINES = 500;

    private Scopes() {}

    /** The part of a scope key that stands for a cluster: its uid; its id where the uid could not be read. */
    public static String key(ClusterSummary cluster) {
        return cluster.getClusterUid().isEmpty() ? "id:" + cluster.getClusterId() : cluster.getClusterUid();
    }

    /** Scope key of an ordered pair. */
    public static String key(ClusterSummary from, ClusterSummary to) {
        return key(from) + "->" + key(to);
    }

    /** Scope of one cluster. */
    public static Scope of(ScopeView view, ClusterSummary cluster) {
        return Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(List.of(cluster.getClusterId()))
                .build();
    }

    /** Scope of an ordered pair. */
    public static Scope of(ScopeView view, ClusterSummary from, ClusterSummary to) {
        return Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(Stream.of(from.getClusterId(), to.getClusterId())
                        .sorted()
                        .toList())
                .setPair(new ClusterPair(from.getClusterId(), to.getClusterId()))
                .build();
    }

    /** Scope of several clusters that share a cause. */
    public static Scope among(ScopeView view, Collection<ClusterSummary> clusters) {
        return Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(clusters.stream()
                        .map(ClusterSummary::getClusterId)
                        .distinct()
                        .sorted()
                        .toList())
                .build();
    }

    /** Scope of virtual machines that say they belong to this cluster. */
    public static Scope ofMachines(ScopeView view, String clusterId, Collection<String> machines) {
        return Scope.newBuilder()
                .setMesh(view.mesh())
                .setClusters(List.of(clusterId))
                .setMachines(
                        machines.stream().distinct().sorted().limit(MACHINES).toList())
                .build();
    }

    /** Scope of one cluster as these others see it. */
    public static Scope towards(ScopeView view, ClusterSummary cluster, Collection<String> observers) {
        return Scope.newBuilder(of(view, cluster))
                .setObservers(observers.stream().distinct().sorted().toList())
                .build();
    }
}
