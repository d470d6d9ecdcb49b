package io.meshdiag.processor;

import static io.meshdiag.processor.TestCluster.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.Transition;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.topology.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveStoryTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Catalogue RULES =
            new Catalogue(Detectors.ofCluster(), Detectors.ofService(), Detectors.ofMesh());

    @TempDir
    Path folder;

    private FleetDriver fleet;

    @BeforeEach
    void open() {
        fleet = new FleetDriver(folder.resolve("state"), RULES, NOON.plus(Duration.ofDays(30)));
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void aHealthyFleetHasNoFinding() {
        fleet.publish(look("run-1", east("shared"), west("shared"))).settle();

        assertThat(fleet.findings()).isEmpty();
        assertThat(fleet.deadLetters()).isEmpty();
        assertThat(fleet.counters().quiescent(fleet.published())).isTrue();
    }

    @Test
    void clustersWithoutACommonRootDoNotTrustEachOther() {
        fleet.publish(look("run-1", east("one"), west("other"))).settle();

        assertThat(fleet.findings())
                .extracting(
                        f -> f.getRule().getId(),
                        f -> f.getScope().getPair().getFrom(),
                        Finding::getState,
                        Finding::getSeenOnce)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple("TRU-01", "east", DetectionState.ACTIVE, true),
                        org.assertj.core.groups.Tuple.tuple("TRU-01", "west", DetectionState.ACTIVE, true));
    }

    @Test
    void aMissingRemoteSecretExplainsTheMissingEndpoints() {
        TestCluster east = cluster("east", NOON)
                .trusts("shared")
                .linkedTo()
                .service("web", 2)
                .knows("web", "east");
        TestCluster west = cluster("west", NOON)
                .trusts("shared")
                .linkedTo("east")
                .service("web", 2)
                .knows("web", "east", "west");
        fleet.publish(look("run-1", east, west)).settle();

        assertThat(fleet.findings()).hasSize(2);
        Finding cause = finding("RMT-01");
        Finding symptom = finding("EPT-12");
        assertThat(cause.getRootCause().getRelation()).isEqualTo(Relation.ROOT);
        assertThat(cause.getExplains().getCount()).isEqualTo(1);
        assertThat(symptom.getRootCause().getRelation()).isEqualTo(Relation.SYMPTOM);
        assertThat(symptom.getRootCause().getParentId()).isEqualTo(cause.getId());
        assertThat(symptom.getIncidentId()).isEqualTo(cause.getIncidentId()).isEqualTo(cause.getId() + "#1");
    }

    @Test
    void nothingIsConcludedBeforeEveryClusterOfTheLookIsComplete() {
        List<SpecificRecord> all = look("run-1", east("one"), west("other"));
        SpecificRecord last = all.remove(all.size() - 1);

        fleet.publish(all).settle();
        assertThat(fleet.findings()).isEmpty();

        fleet.publish(last).settle();
        assertThat(fleet.findings()).hasSize(2);
    }

    @Test
    void aLaterLookWithoutTheFaultResolvesIt() {
        fleet.publish(look("run-1", east("one"), west("other"))).settle();
        Instant later = NOON.plus(Duration.ofHours(1));
        fleet.publish(look("run-2", healthy("east", "west", later), healthy("west", "east", later)))
                .settle();

        assertThat(fleet.findings()).extracting(Finding::getState).containsOnly(DetectionState.RESOLVED);
        assertThat(fleet.transitions())
                .extracting(Finding::getTransition)
                .containsExactly(Transition.OPENED, Transition.OPENED, Transition.RESOLVED, Transition.RESOLVED);
    }

    private Finding finding(String rule) {
        return fleet.findings().stream()
                .filter(f -> f.getRule().getId().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private static TestCluster east(String root) {
        return cluster("east", NOON).trusts(root).linkedTo("west");
    }

    private static TestCluster west(String root) {
        return cluster("west", NOON).trusts(root).linkedTo("east");
    }

    private static TestCluster healthy(String id, String other, Instant at) {
        return cluster(id, at).trusts("shared").linkedTo(other);
    }

    private static List<SpecificRecord> look(String id, TestCluster... clusters) {
        List<SpecificRecord> records = new ArrayList<>();
        for (TestCluster cluster : clusters) {
            records.addAll(cluster.facts());
        }
        for (TestCluster cluster : clusters) {
            records.add(cluster.archived(id, clusters.length));
        }
        return records;
    }
}
