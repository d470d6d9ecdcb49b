package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkLabelContradictsTest {
    @Test
    void namesBothNetworksWhenNoGatewayLeadsIntoTheClustersOwn() {
        assertThat(detect(cluster("west").network("us").gateway("usa", 2, "10.0.0.2")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
                    assertThat(v.scopeKey()).isEqualTo("west-uid");
                    assertThat(v.title()).isEqualTo("Cluster west is in network us, but its gateways say usa");
                    assertThat(v.steps().get(1).getCommand())
                            .isEqualTo("kubectl --context=west --namespace=istio-system label service"
                                    + " istio-eastwestgateway topology.istio.io/network=us --overwrite");
                });
    }

    @Test
    void firesWhenHalfOfThePodsNameAnotherNetwork() {
        assertThat(detect(cluster("west").network("us").podOfNetwork("a", "usa").podOfNetwork("b", "us")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.severity()).isEqualTo(Severity.HIGH);
                    assertThat(v.title()).isEqualTo("Cluster west is in network us, but its pods say usa");
                    assertThat(v.affected().getSamples()).containsExactly("shop/a");
                });
    }

    @Test
    void isSilentWhenFewerPodsThanHalfAreInAnotherNetwork() {
        assertThat(detect(cluster("west")
                        .network("us")
                        .podOfNetwork("a", "vpn")
                        .podOfNetwork("b", "us")
                        .podOfNetwork("c", "us")))
                .isEmpty();
    }

    @Test
    void isSilentWhenAllAgree() {
        assertThat(detect(cluster("west")
                        .network("us")
                        .gateway("us", 2, "10.0.0.2")
                        .podOfNetwork("a", "us")))
                .isEmpty();
    }

    @Test
    void isSilentInAClusterWithoutANetwork() {
        assertThat(detect(cluster("west").gateway("us", 2, "10.0.0.2"))).isEmpty();
    }

    @Test
    void doesNotKnowWhenServicesCouldNotBeReadThisTime() {
        var west = cluster("west")
                .network("us")
                .gateway("usa", 2, "10.0.0.2")
                .source("kubernetes/resources", SourceState.UNREACHABLE);

        assertThat(detect(west)).singleElement().matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new NetworkLabelContradicts().detect(cluster.view()).toList();
    }
}
