package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterGoneTest {
    private static final String TIMEOUT = "istiod.remote-cluster.unreachable";
    private static final Instant LONG_AGO = NOW.minus(ClusterGone.Thresholds.DEFAULT.silentFor());

    @Test
    void findsTheSecretsOfAClusterThatNobodyHearsAndNobodyReaches() {
        var verdicts = detect(
                cluster("east").remoteSecretFor("west").istiodLogs(TIMEOUT, "west"),
                cluster("north").remoteSecretFor("west").registered("istiod-1", RemoteSyncState.TIMEOUT, "west"),
                cluster("west").silentSince(LONG_AGO));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("west-uid");
            assertThat(v.scope().getObservers()).containsExactly("east", "north");
            assertThat(v.title()).isEqualTo("Cluster west is gone, but 2 cluster(s) are registered with it");
            assertThat(v.since()).contains(LONG_AGO);
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo(
                            "kubectl --context=east --namespace=istio-system delete secret istio-remote-secret-west");
        });
    }

    @Test
    void waitsAnHour() {
        assertThat(detect(
                        cluster("east").remoteSecretFor("west").istiodLogs(TIMEOUT, "west"),
                        cluster("west").silentSince(LONG_AGO.plusMillis(1))))
                .isEmpty();
    }

    @Test
    void waitsAsLongAsItIsTold() {
        var patient = new ClusterGone(new ClusterGone.Thresholds(Duration.ofDays(1)));

        assertThat(patient.detect(mesh(
                        cluster("east").remoteSecretFor("west").istiodLogs(TIMEOUT, "west"),
                        cluster("west").silentSince(LONG_AGO))))
                .isEmpty();
    }

    @Test
    void isSilentWhenOnlyTheCollectorIsGone() {
        assertThat(detect(
                        cluster("east")
                                .remoteSecretFor("west")
                                .registeredWith("west")
                                .istiodLogs("istiod-1"),
                        cluster("west").silentSince(LONG_AGO)))
                .isEmpty();
    }

    @Test
    void isSilentWhenNobodyIsRegisteredWithIt() {
        assertThat(detect(
                        cluster("east").remoteSecretFor("north"),
                        cluster("west").silentSince(LONG_AGO)))
                .isEmpty();
    }

    @Test
    void isSilentOfAClusterThatWasBuiltAnewUnderItsId() {
        assertThat(detect(
                        cluster("east").remoteSecretFor("west").istiodLogs(TIMEOUT, "west"),
                        cluster("west").silentSince(LONG_AGO),
                        cluster("west").withUid("rebuilt-uid")))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhereNoLogTellsWhetherItAnswers() {
        assertThat(detect(
                        cluster("east").remoteSecretFor("west"), cluster("west").silentSince(LONG_AGO)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing())
                            .containsExactly("cluster west: no istiod's log says whether its API server still answers");
                });
    }

    @Test
    void doesNotKnowWhenEverybodyIsSilent() {
        assertThat(detect(
                        cluster("east")
                                .remoteSecretFor("west")
                                .istiodLogs(TIMEOUT, "west")
                                .silent(),
                        cluster("west").silentSince(LONG_AGO)))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new ClusterGone().detect(mesh(clusters)).toList();
    }
}
