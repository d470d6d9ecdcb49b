package io.meshdiag.processor.detect.observe;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataLateTest {
    @Test
    void saysWhichKindsACollectorCannotHandOver() {
        assertThat(detect(cluster("east").late("EndpointShards", 480).late("ProxyStatus", 120), cluster("west")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("east-uid");
                    assertThat(v.severity()).isEqualTo(Severity.LOW);
                    assertThat(v.title()).isEqualTo("Facts of cluster east are late by more than 8 min");
                    assertThat(v.affected().getSamples()).containsExactly("EndpointShards", "ProxyStatus");
                    assertThat(v.evidence()).hasSize(2);
                });
    }

    @Test
    void isOneFindingWhenAllCollectorsFallSilentAtOnce() {
        assertThat(detect(
                        cluster("east").silentSince(NOW.minusSeconds(600)),
                        cluster("north").silentSince(NOW.minusSeconds(500)),
                        cluster("west").silentSince(NOW.minusSeconds(300))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.scopeKey()).isEqualTo("mesh");
                    assertThat(v.severity()).isEqualTo(Severity.HIGH);
                    assertThat(v.scope().getClusters()).containsExactly("east", "north", "west");
                });
    }

    @Test
    void leavesCollectorsThatStoppedOneByOneToTheirOwnFindings() {
        assertThat(detect(
                        cluster("east").silentSince(NOW.minusSeconds(601)),
                        cluster("north").silentSince(NOW.minusSeconds(500)),
                        cluster("west").silentSince(NOW.minusSeconds(300))))
                .isEmpty();
    }

    @Test
    void leavesTwoSilentCollectorsAloneAndThoseOfWhichOneIsHeard() {
        assertThat(detect(cluster("east").silent(), cluster("west").silent())).isEmpty();
        assertThat(detect(cluster("east").silent(), cluster("north").silent(), cluster("west")))
                .isEmpty();
    }

    @Test
    void leavesOutWhoIsSilentAndThereforeCannotSayWhatIsLate() {
        assertThat(detect(cluster("east").late("ProxyStatus", 120).silent(), cluster("west")))
                .isEmpty();
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new DataLate().detect(mesh(clusters)).toList();
    }
}
