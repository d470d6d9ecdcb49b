package io.meshdiag.processor.view;

import io.meshdiag.schema.FactKey;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * Makes views from rows in any order. A view never changes, and answers the same for the same rows.
 *
 * <p>A view keeps the facts that it was given, not copies: whoever made it must not change them afterwards.
 */
public final class Views {
    private static final Comparator<ClusterSummary> BY_CLUSTER = Comparator.comparing(Views::segment);

    private Views() {}

    /** View of one cluster's facts. */
    public static ClusterView ofCluster(
            ClusterSummary cluster, Instant asOf, Collection<? extends ScopeView.Row<?>> rows) {
        return new OneCluster(cluster, asOf, new SortedRows(rows));
    }

    /**
     * View of one cluster that reads rows of a kind only when a rule asks for them.
     *
     * @param rows all rows of a kind, in any order; asked at most once per kind
     */
    public static ClusterView ofCluster(
            ClusterSummary cluster, Instant asOf, Function<Class<?>, Collection<? extends ScopeView.Row<?>>> rows) {
        return new LazyCluster(cluster, asOf, rows, new HashMap<>());
    }

    /** View of one service in all clusters of a mesh. */
    public static ServiceView ofService(
            String mesh,
            String namespace,
            String service,
            Instant asOf,
            Collection<ClusterSummary> clusters,
            Collection<? extends ScopeView.Row<?>> rows) {
        return new OneService(mesh, namespace, service, asOf, Clusters.of(clusters), new SortedRows(rows));
    }

    /**
     * View of a mesh.
     *
     * @param observers clusters and machines, in any order
     */
    public static MeshView ofMesh(
            String mesh,
            Instant asOf,
            Collection<ClusterSummary> observers,
            Collection<? extends ScopeView.Row<?>> rows) {
        Map<Boolean, List<ClusterSummary>> byMachine =
                observers.stream().collect(Collectors.partitioningBy(observer -> observer.getVm() != null));
        List<ClusterSummary> machines =
                byMachine.get(true).stream().sorted(BY_CLUSTER).toList();
        return new OneMesh(mesh, asOf, Clusters.of(byMachine.get(false)), machines, new SortedRows(rows));
    }

    private static String segment(ClusterSummary cluster) {
        return FactKey.clusterSegment(cluster.getClusterId(), cluster.getClusterUid());
    }

    /** Sorted, and by id for those whose id is theirs alone. */
    private record Clusters(List<ClusterSummary> sorted, Map<String, List<ClusterSummary>> byId) {
        static Clusters of(Collection<ClusterSummary> clusters) {
            return new Clusters(
                    clusters.stream().sorted(BY_CLUSTER).toList(),
                    clusters.stream().collect(Collectors.groupingBy(ClusterSummary::getClusterId)));
        }

        Optional<ClusterSummary> withId(String clusterId) {
            List<ClusterSummary> found = byId.getOrDefault(clusterId, List.of());
            return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
        }
    }

    /** With rows that were sorted before. */
    private interface Sorted extends ScopeView {
        SortedRows sorted();

        @Override
        default <T extends SpecificRecord> List<Row<T>> rows(Class<T> kind) {
            return sorted().of(kind);
        }

        @Override
        default <T extends SpecificRecord> List<Row<T>> rows(Class<T> kind, ClusterSummary of) {
            return sorted().of(kind, segment(of));
        }
    }

    /** Of all clusters that are known in a mesh. */
    private interface OfClusters extends Sorted {
        Clusters known();

        @Override
        default List<ClusterSummary> clusters() {
            return known().sorted();
        }

        @Override
        default Optional<ClusterSummary> cluster(String clusterId) {
            return known().withId(clusterId);
        }
    }

    private record OneCluster(ClusterSummary cluster, Instant asOf, SortedRows sorted) implements ClusterView, Sorted {
        @Override
        public String mesh() {
            return cluster.getMeshId();
        }

        @Override
        public List<ClusterSummary> clusters() {
            return List.of(cluster);
        }
    }

    private record LazyCluster(
            ClusterSummary cluster,
            Instant asOf,
            Function<Class<?>, Collection<? extends ScopeView.Row<?>>> load,
            Map<Class<?>, SortedRows> loaded)
            implements ClusterView {
        @Override
        public String mesh() {
            return cluster.getMeshId();
        }

        @Override
        public List<ClusterSummary> clusters() {
            return List.of(cluster);
        }

        @Override
        public <T extends SpecificRecord> List<Row<T>> rows(Class<T> kind) {
            return loaded.computeIfAbsent(kind, k -> new SortedRows(load.apply(k)))
                    .of(kind);
        }
    }

    private record OneService(
            String mesh, String namespace, String service, Instant asOf, Clusters known, SortedRows sorted)
            implements ServiceView, OfClusters {}

    private record OneMesh(String mesh, Instant asOf, Clusters known, List<ClusterSummary> machines, SortedRows sorted)
            implements MeshView, OfClusters {}
}
