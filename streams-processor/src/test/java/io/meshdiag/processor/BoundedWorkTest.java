package io.meshdiag.processor;

import static io.meshdiag.processor.TestCluster.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.processor.ProcessorMetrics.Hop;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.schema.Digests;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one changed fact costs does not grow with the fleet: its own cluster, its own service, its mesh, each judged once. */
class BoundedWorkTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Catalogue RULES =
            new Catalogue(Detectors.ofCluster(), Detectors.ofService(), Detectors.ofMesh());

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"3, 4", "12, 40"})
    void aServiceThatChangesIsJudgedInItsOwnScopesOnly(int clusters, int services) {
        try (FleetDriver fleet = healthy(clusters, services)) {
            long judged = fleet.counters().evaluations();
            long toServices = fleet.counters().sentOver(Hop.SERVICE);
            long toMesh = fleet.counters().sentOver(Hop.MESH);

            fleet.publish(changed(fleet)).settle();

            // Its cluster, and its service.
            assertThat(fleet.counters().evaluations() - judged).isLessThanOrEqualTo(2);
            assertThat(fleet.counters().sentOver(Hop.SERVICE) - toServices).isEqualTo(1);
            assertThat(fleet.counters().sentOver(Hop.MESH) - toMesh).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "12, 40"})
    void aSummaryThatChangesIsToldOncePerServiceOfItsClusterAndOnceToTheMesh(int clusters, int services) {
        try (FleetDriver fleet = healthy(clusters, services)) {
            long judged = fleet.counters().evaluations();

            TestCluster first = cluster("c0", fleet.now()).trusts("other");
            fleet.publish(first.facts().get(1)).settle();

            // The cluster and the mesh; services do not see whom a cluster trusts.
            assertThat(fleet.counters().evaluations() - judged).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void aFactThatSaysNothingNewIsDroppedBeforeAnyHop() {
        try (FleetDriver fleet = healthy(3, 4)) {
            long judged = fleet.counters().evaluations();
            long sent = fleet.counters().sentOver(Hop.SERVICE);

            fleet.publish(facts("c0", 3, 4)).settle();

            assertThat(fleet.counters().evaluations()).isEqualTo(judged);
            assertThat(fleet.counters().sentOver(Hop.SERVICE)).isEqualTo(sent);
        }
    }

    @Test
    void whatIsRemovedLeavesNoRowInAnyStore() {
        try (FleetDriver fleet = healthy(3, 4)) {
            List<String> scopes =
                    List.of("facts-by-cluster", "summaries-by-cluster", "rows-by-service", "rows-by-mesh");
            assertThat(scopes).allSatisfy(store -> assertThat(fleet.rows(store)).isPositive());

            for (int i = 0; i < 3; i++) {
                fleet.remove(facts("c" + i, 3, 4).toArray(SpecificRecord[]::new))
                        .remove(fixture("c" + i, 3, 4).live());
            }
            fleet.settle();

            assertThat(scopes).allSatisfy(store -> assertThat(fleet.rows(store)).isZero());
        }
    }

    private FleetDriver healthy(int clusters, int services) {
        FleetDriver fleet = new FleetDriver(folder.resolve("state"), RULES, NOON);
        for (int i = 0; i < clusters; i++) {
            fleet.publish(facts("c" + i, clusters, services))
                    .publish(fixture("c" + i, clusters, services).live());
        }
        fleet.settle();
        assertThat(fleet.findings()).isEmpty();
        return fleet;
    }

    private static SpecificRecord changed(FleetDriver fleet) {
        return Digests.stamp(facts("c0", 3, 4).stream()
                .filter(ServiceEndpoints.class::isInstance)
                .map(ServiceEndpoints.class::cast)
                .findFirst()
                .map(service -> {
                    service.getHeader().setObservedAt(fleet.now());
                    service.setReady(3);
                    return service;
                })
                .orElseThrow());
    }

    private static List<SpecificRecord> facts(String id, int clusters, int services) {
        return fixture(id, clusters, services).facts();
    }

    private static TestCluster fixture(String id, int clusters, int services) {
        String[] all = IntStream.range(0, clusters).mapToObj(i -> "c" + i).toArray(String[]::new);
        TestCluster cluster = cluster(id, NOON)
                .trusts("shared")
                .linkedTo(IntStream.range(0, clusters)
                        .mapToObj(i -> "c" + i)
                        .filter(other -> !other.equals(id))
                        .toArray(String[]::new));
        IntStream.range(0, services)
                .forEach(i -> cluster.service("service-" + i, 2).knows("service-" + i, all));
        return cluster;
    }
}
