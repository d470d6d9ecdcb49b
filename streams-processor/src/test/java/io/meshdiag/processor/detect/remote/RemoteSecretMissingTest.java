package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoteSecretMissingTest {
    @Test
    void namesTheDirectionThatIsMissing() {
        var verdicts = detect(mesh(
                cluster("east").remoteSecretFor("west").registeredWith("west"),
                cluster("west").registeredWith()));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("west-uid->east-uid");
            assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("west", "east"));
            assertThat(v.title()).isEqualTo("Cluster west has no remote secret for cluster east");
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo("istioctl create-remote-secret --context=east --name=east"
                            + " | kubectl apply --filename=- --context=west");
            assertThat(v.evidence()).hasSize(2);
        });
    }

    @Test
    void isSilentWhenBothKnowEachOtherByWhateverSource() {
        assertThat(detect(mesh(
                        cluster("east").remoteSecretFor("west"), cluster("west").registeredWith("east"))))
                .isEmpty();
    }

    @Test
    void isSilentWhenNeitherKnowsTheOther() {
        assertThat(detect(mesh(cluster("east").registeredWith(), cluster("west").registeredWith())))
                .isEmpty();
    }

    @Test
    void expectsNoAccessBackFromAClusterWithoutItsOwnIstiod() {
        assertThat(detect(mesh(
                        cluster("east").registeredWith("west"), cluster("west").remote())))
                .isEmpty();
    }

    @Test
    void doesNotGuessWhichOfTwoClustersWithOneIdIsMeant() {
        assertThat(detect(mesh(
                        cluster("east").registeredWith("west"),
                        cluster("west").registeredWith(),
                        cluster("west").withUid("other-uid").registeredWith())))
                .isEmpty();
    }

    @Test
    void isContentWithTheNamesOfSecrets() {
        var west = cluster("west").source("kubernetes/secrets", SourceState.OK);

        assertThat(detect(mesh(cluster("east").remoteSecretFor("west"), west)))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.PRESENT);
    }

    @Test
    void doesNotKnowWhenNeitherListNorSecretsCouldBeRead() {
        var west = cluster("west").source("kubernetes/secrets", SourceState.FORBIDDEN);

        assertThat(detect(mesh(cluster("east").remoteSecretFor("west"), west)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).singleElement().asString().startsWith("cluster west: neither");
                });
    }

    @Test
    void doesNotKnowWhileFactsAreStillArriving() {
        assertThat(detect(mesh(
                        cluster("east").registeredWith("west"),
                        cluster("west").registeredWith().incomplete())))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(MeshView view) {
        return new RemoteSecretMissing().detect(view).toList();
    }
}
