package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadEntryStaleTest {
    @Test
    void findsEntriesWhoseMachineLeftLongAgo() {
        var east = east().workloadEntry(
                        "db",
                        "10.30.0.7",
                        e -> e.setDisconnectedAt(
                                NOW.minus(Duration.ofMinutes(10)).minusSeconds(1)));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("east-uid");
            assertThat(v.affected().getSamples()).containsExactly("shop/db-10.30.0.7");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("kubectl --context=east --namespace=shop delete workloadentry db-10.30.0.7");
        });
    }

    @Test
    void givesIstiodTimeToCleanUp() {
        assertThat(detect(east().workloadEntry(
                                "db", "10.30.0.7", e -> e.setDisconnectedAt(NOW.minus(Duration.ofMinutes(10))))))
                .isEmpty();
    }

    @Test
    void isSilentAboutAMachineThatCameBack() {
        assertThat(detect(east().workloadEntry("db", "10.30.0.7", e -> e.setDisconnectedAt(NOW.minusSeconds(7200))
                        .setConnectedAt(NOW.minusSeconds(7000)))))
                .isEmpty();
    }

    @Test
    void findsTwoEntriesOfOneAddress() {
        var east = east().workloadEntry("db", "10.30.0.7").workloadEntry("old-db", "10.30.0.7");

        assertThat(detect(east)).singleElement().satisfies(v -> assertThat(
                        v.affected().getSamples())
                .containsExactly("shop/db-10.30.0.7", "shop/old-db-10.30.0.7"));
    }

    @Test
    void leavesEntriesThatPeopleMadeToThem() {
        assertThat(detect(east().workloadEntry("db", "10.30.0.7", e -> e.setGroup(null))
                        .workloadEntry("web", "10.30.0.7", e -> e.setGroup(null))))
                .isEmpty();
        assertThat(detect(east().workloadEntry("db", "10.30.0.7", e -> e.setNetwork("eu"))
                        .workloadEntry("web", "10.30.0.7", e -> e.setNetwork("us"))))
                .isEmpty();
    }

    @Test
    void findsEntriesOfAnIstiodThatIsGoneWhereAllIstiodsWereSeen() {
        var orphan = east().workloadEntry("db", "10.30.0.7", e -> e.setController("istiod-0"));
        var unseen = cluster("west").source("istiod/metrics", SourceState.PARTIAL);

        assertThat(detect(orphan)).hasSize(1);
        assertThat(detect(orphan, unseen)).isEmpty();
    }

    @Test
    void doesNotKnowOfASilentCluster() {
        var east = east().workloadEntry("db", "10.30.0.7", e -> e.setDisconnectedAt(NOW.minusSeconds(1800)));

        assertThat(detect(east.silent())).singleElement().satisfies(v -> assertThat(v.state())
                .isEqualTo(Verdict.State.UNKNOWN));
    }

    private static TestCluster east() {
        return cluster("east").readCompletely().registrationErrors(0);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new WorkloadEntryStale().detect(mesh(clusters)).toList();
    }
}
