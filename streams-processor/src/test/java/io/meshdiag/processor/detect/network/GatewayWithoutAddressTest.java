package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayWithoutAddressTest {
    @Test
    void namesTheNetworkWhoseGatewayIsPending() {
        var verdicts = detect(mesh(east(), west().gateway("us", 2)));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.scopeKey()).isEqualTo("network|us");
            assertThat(v.scope().getClusters()).containsExactly("west");
            assertThat(v.scope().getObservers()).containsExactly("east");
            assertThat(v.title()).isEqualTo("The east-west gateway of network us (west) has no address");
            assertThat(v.subject().getName()).isEqualTo("istio-eastwestgateway");
            assertThat(v.evidence().get(1).getValue())
                    .isEqualTo("istiod istiod-1 knows gateways: eu east 10.0.0.1:15443; none into us");
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo(
                            "kubectl --context=west --namespace=istio-system describe service istio-eastwestgateway");
        });
    }

    @Test
    void tellsThatThereIsNoGatewayAtAll() {
        assertThat(detect(mesh(east(), west()))).singleElement().satisfies(v -> {
            assertThat(v.title()).isEqualTo("Network us (west) has no east-west gateway");
            assertThat(v.steps().get(1).getCommand())
                    .isEqualTo("samples/multicluster/gen-eastwest-gateway.sh --network us"
                            + " | istioctl install --context=west --skip-confirmation --filename=-");
        });
    }

    @Test
    void isSilentWhenAnotherClusterOfTheNetworkHasTheGateway() {
        var south = cluster("south").network("us").gateway("us", 2, "10.0.0.9");

        assertThat(detect(mesh(east(), west(), south))).isEmpty();
    }

    @Test
    void isSilentWhenMeshNetworksNameTheGateway() {
        var east = cluster("east")
                .linkedTo("west")
                .network("eu")
                .gateway("eu", 2, "10.0.0.1")
                .knowsGateways("istiod-1", "us//gateway.example");

        assertThat(detect(mesh(east, west()))).isEmpty();
    }

    @Test
    void isSilentInOneFlatNetworkWithTwoNames() {
        assertThat(detect(mesh(
                        cluster("east").linkedTo("west").network("eu").knowsGateways("istiod-1"),
                        west().knowsGateways("istiod-1"))))
                .isEmpty();
    }

    @Test
    void isSilentWhenNobodyElseIsLinked() {
        assertThat(detect(mesh(east(), cluster("west").network("ap").gateway("ap", 2))).stream()
                        .filter(v -> v.scopeKey().equals("network|eu")))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenServicesCouldNotBeRead() {
        var west = west().source("kubernetes/resources", SourceState.FORBIDDEN);

        assertThat(detect(mesh(east(), west))).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).containsExactly("cluster west: kubernetes/resources is FORBIDDEN");
        });
    }

    @Test
    void doesNotKnowWhenNoPeerSaidWhichGatewaysItKnows() {
        var east = cluster("east").linkedTo("west").network("eu").gateway("eu", 2, "10.0.0.1");

        assertThat(detect(mesh(east, west()))).singleElement().matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster east() {
        return cluster("east")
                .linkedTo("west")
                .network("eu")
                .gateway("eu", 2, "10.0.0.1")
                .knowsGateways("istiod-1", "eu/east/10.0.0.1");
    }

    private static TestCluster west() {
        return cluster("west").linkedTo("east").network("us");
    }

    private static List<Verdict> detect(MeshView view) {
        return new GatewayWithoutAddress().detect(view).toList();
    }
}
