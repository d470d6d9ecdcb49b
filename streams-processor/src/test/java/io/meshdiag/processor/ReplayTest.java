package io.meshdiag.processor;

import static io.meshdiag.processor.TestCluster.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Finding;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.topology.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same facts give the same findings, whatever order they come in between keys, however often, and wherever the program restarts. */
class ReplayTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Catalogue RULES =
            new Catalogue(Detectors.ofCluster(), Detectors.ofService(), Detectors.ofMesh());

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void shuffledDuplicatedAndInterruptedFactsGiveTheSameFindings(long seed) throws Exception {
        List<String> expected;
        try (FleetDriver straight = fleet("straight")) {
            expected = seen(straight.publish(facts()).settle());
        }
        assertThat(expected).hasSizeGreaterThan(5);

        Random random = new Random(seed);
        List<SpecificRecord> shuffled = new ArrayList<>(facts());
        for (int i = 0; i < 10; i++) {
            shuffled.add(shuffled.get(random.nextInt(shuffled.size())));
        }
        Collections.shuffle(shuffled, random);
        try (FleetDriver fleet = fleet("shuffled")) {
            for (SpecificRecord fact : shuffled) {
                fleet.publish(copy(fact));
                switch (random.nextInt(16)) {
                    case 0 -> fleet.restart();
                    case 1, 2, 3 -> fleet.pass(Duration.ofMillis(200));
                    default -> {
                        // The next fact follows at once.
                    }
                }
            }
            fleet.settle();

            assertThat(seen(fleet)).isEqualTo(expected);
            assertThat(fleet.transitions()).hasSize(expected.size());
        }
    }

    @Test
    void aRestartWithoutNewFactsWritesNothing() throws Exception {
        try (FleetDriver fleet = fleet("restarted").publish(facts()).settle()) {
            int written = fleet.transitions().size();
            long rows = fleet.rows("facts-by-cluster");

            fleet.restart();
            assertThat(fleet.rows("facts-by-cluster")).isEqualTo(rows).isPositive();
            fleet.settle();

            assertThat(fleet.transitions()).hasSize(written);
        }
    }

    @Test
    void whatIsRemovedLeavesNoRowBehind() {
        TestCluster west =
                cluster("west", NOON).trusts("shared").service("web", 1).knows("web", "west");
        try (FleetDriver fleet = fleet("removed")) {
            fleet.publish(west.facts()).publish(west.archived("run-1", 1)).settle();
            assertThat(fleet.rows("facts-by-cluster")).isEqualTo(5);
            assertThat(fleet.rows("rows-by-service")).isEqualTo(3);
            assertThat(fleet.rows("rows-by-mesh")).isEqualTo(1);

            fleet.remove(west.facts().toArray(SpecificRecord[]::new))
                    .remove(west.archived("run-1", 1))
                    .settle();

            assertThat(List.of("facts-by-cluster", "summaries-by-cluster", "rows-by-service", "rows-by-mesh"))
                    .allSatisfy(store -> assertThat(fleet.rows(store)).isZero());
        }
    }

    /** Four clusters: one signed by itself alone, one that another may not read, with two services each. */
    private static List<SpecificRecord> facts() {
        List<TestCluster> clusters = List.of(
                cluster("a", NOON).trusts("own").linkedTo("b", "c", "d"),
                cluster("b", NOON.plusSeconds(600)).trusts("shared").linkedTo("a", "c"),
                cluster("c", NOON.plusSeconds(1_200)).trusts("shared").linkedTo("a", "b", "d"),
                cluster("d", NOON.minusSeconds(7_200))
                        .trusts("shared", "former")
                        .linkedTo("a", "b", "c"));
        String[][] known = {{"a", "b", "c", "d"}, {"a", "b", "c"}, {"a", "b", "c", "d"}, {"a", "b", "c", "d"}};
        List<SpecificRecord> facts = new ArrayList<>();
        for (int i = 0; i < clusters.size(); i++) {
            TestCluster cluster = clusters.get(i);
            for (String service : List.of("web", "cart")) {
                cluster.service(service, 2).knows(service, known[i]);
            }
            facts.addAll(cluster.facts());
        }
        clusters.forEach(cluster -> facts.add(cluster.archived("run-1", clusters.size())));
        return facts;
    }

    private static List<String> seen(FleetDriver fleet) {
        return fleet.findings().stream().map(ReplayTest::describe).toList();
    }

    private static String describe(Finding f) {
        return String.join(
                " | ",
                f.getId(),
                f.getRule().getId(),
                f.getScopeKey(),
                f.getState().name(),
                f.getSeverity().name(),
                f.getRootCause().toString(),
                f.getIncidentId(),
                f.getExplains().toString(),
                f.getEvidence().toString(),
                f.getFirstSeen().toString(),
                f.getLastSeen().toString(),
                Long.toString(f.getRevision()));
    }

    private static SpecificRecord copy(SpecificRecord fact) {
        return org.apache.avro.specific.SpecificData.get().deepCopy(fact.getSchema(), fact);
    }

    private FleetDriver fleet(String name) {
        return new FleetDriver(folder.resolve(name), RULES, NOON.plus(Duration.ofDays(30)));
    }
}
