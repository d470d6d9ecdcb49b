package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassthroughMissingTest {
    @Test
    void firesWhenNoGatewayOpensThePort() {
        assertThat(detect(west())).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("west-uid");
            assertThat(v.title()).isEqualTo("No Gateway opens port 15443 of the east-west gateway in west");
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo("kubectl --context=west --namespace=istio-system apply"
                            + " --filename=samples/multicluster/expose-services.yaml");
        });
    }

    @Test
    void namesTheGatewayThatServesThePortInAnotherMode() {
        assertThat(detect(west().crossNetworkGateway("SIMPLE"))).singleElement().satisfies(v -> {
            assertThat(v.title())
                    .isEqualTo("Gateway istio-system/cross-network-gateway in west does not pass mTLS through on port"
                            + " 15443");
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo("kubectl --context=west --namespace=istio-system edit gateways.networking.istio.io"
                            + " cross-network-gateway");
        });
    }

    @Test
    void isSilentWhenOneGatewayPassesThrough() {
        assertThat(detect(west().crossNetworkGateway("AUTO_PASSTHROUGH"))).isEmpty();
    }

    @Test
    void isSilentInAClusterWithoutAnEastWestGateway() {
        assertThat(detect(cluster("west"))).isEmpty();
    }

    @Test
    void doesNotKnowWhenTheSpecOfAGatewayIsNotThere() {
        assertThat(detect(west().crossNetworkGateway(null))).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing())
                    .containsExactly(
                            "cluster west: the spec of Gateway istio-system/cross-network-gateway was not read");
        });
    }

    @Test
    void doesNotKnowWhenGatewaysCouldNotBeRead() {
        assertThat(detect(west().source("kubernetes/custom-resources", SourceState.FORBIDDEN)))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster west() {
        return cluster("west").network("us").gateway("us", 2, "10.0.0.2");
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new PassthroughMissing().detect(cluster.view()).toList();
    }
}
