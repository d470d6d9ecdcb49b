package io.meshdiag.processor.detect.endpoint;

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

class PodAddressAcrossNetworksTest {
    @Test
    void firesForEndpointsInANetworkWithoutAKnownGateway() {
        var verdicts = detect(mesh(east().seesEndpointsOf("west", "us"), west()));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("east-uid->west-uid");
            assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("east", "west"));
            assertThat(v.title())
                    .isEqualTo("Proxies in east are given pod addresses of west, which is in another network");
            assertThat(v.description()).contains("in network us, which it knows no gateway into");
            assertThat(v.affected().getSamples()).containsExactly("shop/reviews@west");
        });
    }

    @Test
    void firesForEndpointsWithoutANetworkAndForThoseTakenForLocal() {
        assertThat(detect(mesh(east().seesEndpointsOf("west", ""), west())))
                .singleElement()
                .satisfies(v -> assertThat(v.description()).contains("are in no network: their own addresses"));
        assertThat(detect(mesh(east().seesEndpointsOf("west", "eu"), west())))
                .singleElement()
                .satisfies(v -> assertThat(v.description()).contains("in its own network eu"));
    }

    @Test
    void isSilentWhenOneReplicaKnowsAGateway() {
        var east = east().seesEndpointsOf("west", "us").knowsGateways("istiod-2", "us/west/10.0.0.2");

        assertThat(detect(mesh(east, west()))).isEmpty();
    }

    @Test
    void isSilentWithinOneNetwork() {
        assertThat(detect(mesh(east().network("us").seesEndpointsOf("west", "us"), west())))
                .isEmpty();
    }

    @Test
    void isSilentInAMeshWithoutGateways() {
        var east = cluster("east").linkedTo("west").network("eu").knowsGateways("istiod-1");

        assertThat(detect(mesh(east.seesEndpointsOf("west", "us"), west()))).isEmpty();
    }

    @Test
    void concludesNothingFromGatewaysThatWereNotRead() {
        var east = cluster("east")
                .linkedTo("west")
                .network("eu")
                .gateway("eu", 2, "10.0.0.1")
                .seesEndpointsOf("west", "us");

        assertThat(detect(mesh(east, west()))).isEmpty();
    }

    @Test
    void doesNotKnowWhenTheGatewaysCouldNotBeReadThisTime() {
        var east = east().seesEndpointsOf("west", "us").source("istiod/networkz", SourceState.UNREACHABLE);

        assertThat(detect(mesh(east, west()))).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).containsExactly("cluster east: istiod/networkz is UNREACHABLE");
        });
    }

    private static TestCluster east() {
        return cluster("east").linkedTo("west").network("eu").knowsGateways("istiod-1", "eu/east/10.0.0.1");
    }

    private static TestCluster west() {
        return cluster("west").linkedTo("east").network("us");
    }

    private static List<Verdict> detect(MeshView view) {
        return new PodAddressAcrossNetworks().detect(view).toList();
    }
}
