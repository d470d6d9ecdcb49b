package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayUnknownToPeerTest {
    @Test
    void namesThePairAndTheReplicasThatLackTheGateway() {
        var verdicts = detect(mesh(
                east().knowsGateways("istiod-1", "eu/east/10.0.0.1")
                        .knowsGateways("istiod-2", "eu/east/10.0.0.1", "us/west/10.0.0.2"),
                west()));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.scopeKey()).isEqualTo("east-uid->west-uid");
            assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("east", "west"));
            assertThat(v.title()).isEqualTo("istiod in east does not know the east-west gateway of west");
            assertThat(v.description()).contains("1 of 2 istiod replica(s) in east do not list it");
            assertThat(v.evidence().get(1).getValue())
                    .isEqualTo("istiod istiod-1 knows gateways: eu east 10.0.0.1:15443; not that of west");
        });
    }

    @Test
    void isLessSevereWhenAnotherGatewayLeadsIntoTheNetwork() {
        assertThat(detect(mesh(east().knowsGateways("istiod-1", "us/south/10.0.0.3"), west())))
                .singleElement()
                .matches(v -> v.severity() == Severity.MEDIUM);
    }

    @Test
    void isSilentWhenMeshNetworksNameTheSameAddress() {
        assertThat(detect(mesh(east().knowsGateways("istiod-1", "us//10.0.0.2"), west())))
                .isEmpty();
    }

    @Test
    void isSilentWhileTheGatewayHasNoAddress() {
        var west = cluster("west").network("us").gateway("us", 2);

        assertThat(detect(mesh(east().knowsGateways("istiod-1"), west))).isEmpty();
    }

    @Test
    void isSilentWithinOneNetwork() {
        assertThat(detect(mesh(east().network("us").knowsGateways("istiod-1"), west())))
                .isEmpty();
    }

    @Test
    void isSilentWhenNothingOfTheOtherClusterIsReadAtAll() {
        var east = cluster("east").linkedTo("west").network("eu").knowsGateways("istiod-1");

        assertThat(detect(mesh(east, west()))).isEmpty();
    }

    @Test
    void doesNotKnowWhileFactsAreStillArriving() {
        assertThat(detect(mesh(east().knowsGateways("istiod-1").incomplete(), west())))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster east() {
        return cluster("east").linkedTo("west").network("eu").seesEndpointsOf("west", "us");
    }

    private static TestCluster west() {
        return cluster("west").network("us").gateway("us", 2, "10.0.0.2");
    }

    private static List<Verdict> detect(MeshView view) {
        return new GatewayUnknownToPeer().detect(view).toList();
    }
}
