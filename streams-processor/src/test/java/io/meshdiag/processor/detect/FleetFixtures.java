package io.meshdiag.processor.detect;

import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.ServiceView;
import io.meshdiag.processor.view.Views;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Fleets in one line: {@code mesh(cluster("east").signsWith("A").trusts("A"), cluster("west").signsWith("B").trusts("B"))}. */
public final class FleetFixtures {
    public static final String MESH = "mesh1";
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private FleetFixtures() {}

    /** A healthy primary of the mesh, seen completely, that knows nobody and trusts nothing yet. */
    public static TestCluster cluster(String id) {
        return new TestCluster(id);
    }

    public static MeshView mesh(TestCluster... clusters) {
        return meshNamed(MESH, clusters);
    }

    public static MeshView meshNamed(String mesh, TestCluster... clusters) {
        return Views.ofMesh(
                mesh,
                NOW,
                Arrays.stream(clusters)
                        .flatMap(cluster -> Stream.concat(
                                Stream.of(cluster.summary()),
                                cluster.machines().stream().map(TestMachine::summary)))
                        .toList(),
                Stream.concat(
                                rows(clusters),
                                Arrays.stream(clusters)
                                        .flatMap(cluster -> cluster.machines().stream())
                                        .flatMap(machine -> machine.rows().stream()))
                        .toList());
    }

    /** The service shop/reviews in these clusters. */
    public static ServiceView reviews(TestCluster... clusters) {
        return service("shop", "reviews", clusters);
    }

    public static ServiceView service(String namespace, String name, TestCluster... clusters) {
        return Views.ofService(
                MESH,
                namespace,
                name,
                NOW,
                Arrays.stream(clusters).map(TestCluster::summary).toList(),
                rows(clusters).toList());
    }

    private static Stream<Row<?>> rows(TestCluster... clusters) {
        List<Row<?>> rows =
                Arrays.stream(clusters).flatMap(c -> c.rows().stream()).toList();
        return rows.stream();
    }
}
