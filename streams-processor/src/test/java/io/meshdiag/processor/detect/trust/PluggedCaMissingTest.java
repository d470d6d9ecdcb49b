package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class PluggedCaMissingTest {
    @Test
    void namesTheClusterWhoseCaIstiodMade() {
        var verdicts = detect(mesh(
                cluster("east").trusts("A"),
                cluster("north").trusts("A"),
                cluster("west").trusts("self-west").caSecret("istio-ca-secret")));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("west-uid");
            assertThat(v.title()).isEqualTo("Cluster west has no plugged-in CA: its root is istiod's own");
            assertThat(v.description()).contains("2 clusters of mesh mesh1 share the root 'CN=Root A'");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("kubectl --context=west --namespace=istio-system create secret generic cacerts"
                            + " --from-file=west/ca-cert.pem --from-file=west/ca-key.pem"
                            + " --from-file=west/root-cert.pem --from-file=west/cert-chain.pem");
        });
    }

    @Test
    void knowsIstiodsOwnRootByItsFormWhenSecretsWereNotVisible() {
        assertThat(detect(mesh(shared("east"), shared("north"), cluster("west").trusts("self-west"))))
                .extracting(Verdict::scopeKey)
                .containsExactly("west-uid");
        assertThat(detect(mesh(shared("east"), shared("north"), cluster("west").trusts("B"))))
                .isEmpty();
    }

    @Test
    void leavesAPluggedInCaOfAnotherRootToTheOtherRule() {
        var west = cluster("west").trusts("self-west").caSecret("cacerts");

        assertThat(detect(mesh(shared("east"), shared("north"), west))).isEmpty();
    }

    @Test
    void cannotTellTheOddOneOfTwo() {
        var west = cluster("west").trusts("self-west").caSecret("istio-ca-secret");

        assertThat(detect(mesh(shared("east"), west))).isEmpty();
    }

    @Test
    void isSilentWhenTheClusterTrustsTheSharedRootToo() {
        var west = cluster("west").trusts("self-west", "A").caSecret("istio-ca-secret");

        assertThat(detect(mesh(shared("east"), shared("north"), west))).isEmpty();
    }

    @Test
    void doesNotKnowWhenTheMajorityHangsOnASilentCluster() {
        var west = cluster("west").trusts("self-west").caSecret("istio-ca-secret");

        assertThat(detect(mesh(shared("east"), shared("north").silent(), west)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("cluster north: the collector is silent");
                });
        assertThat(detect(mesh(shared("east"), shared("south"), shared("north").silent(), west)))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.PRESENT);
    }

    private static TestCluster shared(String id) {
        return cluster(id).trusts("A").caSecret("cacerts");
    }

    private static List<Verdict> detect(MeshView view) {
        return new PluggedCaMissing().detect(view).toList();
    }
}
