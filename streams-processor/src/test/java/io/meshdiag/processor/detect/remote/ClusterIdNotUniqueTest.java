package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClusterIdNotUniqueTest {
    @Test
    void findsTwoClustersWithOneId() {
        var verdicts = detect(cluster("east"), cluster("east").withUid("other-uid"), cluster("west"));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.scopeKey()).isEqualTo("id:east");
            assertThat(v.scope().getClusters()).containsExactly("east");
            assertThat(v.title()).isEqualTo("2 clusters have the id east");
            assertThat(v.description()).contains("east-uid, other-uid");
        });
    }

    @Test
    void findsOneClusterWithTwoIds() {
        var verdicts = detect(cluster("east"), cluster("east-old").withUid("east-uid"));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.scopeKey()).isEqualTo("uid:east-uid");
            assertThat(v.scope().getClusters()).containsExactly("east", "east-old");
            assertThat(v.title()).isEqualTo("One cluster goes by 2 ids: east, east-old");
        });
    }

    @Test
    void doesNotTakeARebuiltClusterForADouble() {
        assertThat(detect(cluster("east").silent(), cluster("east").withUid("rebuilt-uid")))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    @Test
    void warnsOfTheDefaultIdWhereThereAreOthers() {
        assertThat(detect(cluster("Kubernetes"), cluster("east")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.severity()).isEqualTo(Severity.MEDIUM);
                    assertThat(v.title()).isEqualTo("A cluster of a mesh of several has Istio's default id Kubernetes");
                });
    }

    @Test
    void isSilentOfTheDefaultIdOfASingleCluster() {
        assertThat(detect(cluster("Kubernetes"))).isEmpty();
    }

    @Test
    void isSilentOfAnIdThatOnlyCouldNotBeFoundOut() {
        assertThat(detect(cluster("Kubernetes").remote(), cluster("east"))).isEmpty();
    }

    @Test
    void findsTwoSecretsForOneId() {
        var verdicts = detect(
                cluster("east")
                        .remoteSecret("istio-remote-secret-west", "west", "west.example", "ca")
                        .remoteSecret("west-by-hand", "west", "old.example", "ca"),
                cluster("west"));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.title()).isEqualTo("Cluster east has 2 remote secrets for the id west");
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo(
                            "kubectl --context=east --namespace=istio-system describe secret istio-remote-secret-west"
                                    + " west-by-hand");
        });
    }

    @Test
    void isSilentWhereEachIdIsOneCluster() {
        assertThat(detect(
                        cluster("east").remoteSecretFor("west"), cluster("west").remoteSecretFor("east")))
                .isEmpty();
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new ClusterIdNotUnique().detect(mesh(clusters)).toList();
    }
}
