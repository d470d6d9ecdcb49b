package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayUnreachableTest {
    @Test
    void namesTheGatewayWithoutAReadyPod() {
        assertThat(detect(mesh(west(0)))).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("west-uid");
            assertThat(v.scope().getClusters()).containsExactly("west");
            assertThat(v.title()).isEqualTo("The east-west gateway of west has no ready pod");
            assertThat(v.steps().get(1).getCommand())
                    .isEqualTo("kubectl --context=west --namespace=istio-system scale deployment istio-eastwestgateway"
                            + " --replicas=2");
        });
    }

    @Test
    void blamesTheGatewayWhenNobodyGetsThrough() {
        assertThat(detect(mesh(
                        cluster("east").probesGateway("west", "10.0.0.2", false),
                        cluster("north").probesGateway("west", "10.0.0.2", false),
                        west(2))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.scopeKey()).isEqualTo("west-uid");
                    assertThat(v.scope().getObservers()).containsExactly("east", "north");
                    assertThat(v.title()).isEqualTo("The east-west gateway of west answers none of 2 clusters");
                });
    }

    @Test
    void blamesTheWayWhenOthersGetThrough() {
        assertThat(detect(mesh(
                        cluster("east").probesGateway("west", "10.0.0.2", false),
                        cluster("north").probesGateway("west", "10.0.0.2", true),
                        west(2))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.scopeKey()).isEqualTo("east-uid->west-uid");
                    assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("east", "west"));
                    assertThat(v.confidence()).isEqualTo(1.0);
                    assertThat(v.title()).isEqualTo("The east-west gateway of west cannot be reached from east");
                    assertThat(v.evidence().get(0).getValue())
                            .isEqualTo("10.0.0.2:15443 DNS ok, TCP failed: TIMEOUT after 3 s");
                });
    }

    @Test
    void isLessSureWhenOnlyOneClusterProbes() {
        assertThat(detect(mesh(cluster("east").probesGateway("west", "10.0.0.2", false), west(2))))
                .singleElement()
                .matches(v -> v.confidence() == 0.7);
    }

    @Test
    void isSilentWhenOneAddressAnswers() {
        var east = cluster("east").probesGateway("west", "10.0.0.2", false).probesGateway("west", "10.0.0.3", true);

        assertThat(detect(mesh(east, west(2)))).isEmpty();
    }

    @Test
    void isSilentWithoutProbes() {
        assertThat(detect(mesh(cluster("east"), west(1)))).isEmpty();
    }

    @Test
    void leavesAGatewayWithoutAnAddressToItsOwnRule() {
        assertThat(detect(mesh(cluster("west").network("us").gateway("us", 0)))).isEmpty();
    }

    @Test
    void doesNotKnowWhenTheProbesCouldNotBeMadeThisTime() {
        var east = cluster("east")
                .probesGateway("west", "10.0.0.2", false)
                .source("probes/connectivity", SourceState.UNREACHABLE);

        assertThat(detect(mesh(east, west(2)))).singleElement().matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster west(int readyPods) {
        return cluster("west").network("us").gateway("us", readyPods, "10.0.0.2");
    }

    private static List<Verdict> detect(MeshView view) {
        return new GatewayUnreachable().detect(view).toList();
    }
}
