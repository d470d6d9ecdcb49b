package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodCidrsOverlapTest {
    @Test
    void namesTheClustersAndTheirBlocks() {
        assertThat(detect(mesh(east("10.1.0.0/16"), west("10.2.0.0/16", "10.1.4.0/24"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("network|eu");
                    assertThat(v.scope().getClusters()).containsExactly("east", "west");
                    assertThat(v.title()).isEqualTo("Pod addresses of east, west overlap in network eu");
                    assertThat(v.evidence().get(0).getValue()).isEqualTo("east 10.1.0.0/16 and west 10.1.4.0/24");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0/16, 10.1.0.0/16, 1",
        "10.1.0.0/16, 10.1.255.255/32, 1",
        "10.1.0.0/16, 10.2.0.0/16, 0",
        "10.0.0.0/8, 10.200.0.0/16, 1",
        "10.1.0.128/25, 10.1.0.0/25, 0",
        "fd00:1::/64, fd00:1::1:0/112, 1",
        "fd00:1::/64, fd00:2::/64, 0",
        "0.0.0.0/0, ::/0, 0",
        "10.1.0.0/33, 10.1.0.0/16, 0",
        "localhost/8, 127.0.0.0/8, 0"
    })
    void blocksOverlapWhenOneLiesInTheOther(String one, String other, int findings) {
        assertThat(detect(mesh(east(one), west(other)))).hasSize(findings);
    }

    @Test
    void isOneFindingForANetwork() {
        var north = cluster("north").network("eu").linkedTo("east", "west").podCidrs("10.1.0.0/16");

        assertThat(detect(mesh(east("10.1.0.0/16"), north, west("10.1.0.0/16"))))
                .singleElement()
                .satisfies(v -> assertThat(v.evidence()).hasSize(3));
    }

    @Test
    void isSilentAcrossNetworks() {
        assertThat(detect(mesh(east("10.1.0.0/16"), west("10.1.0.0/16").network("us"))))
                .isEmpty();
    }

    @Test
    void takesClustersWithoutANetworkForOneNetwork() {
        assertThat(detect(mesh(
                        east("10.1.0.0/16").network(null), west("10.1.0.0/16").network(null))))
                .singleElement()
                .matches(v -> v.title().equals("Pod addresses of east, west overlap in the mesh's only network"));
    }

    @Test
    void isSilentWhenTheClustersAreNotLinked() {
        var west = cluster("west").network("eu").podCidrs("10.1.0.0/16");

        assertThat(detect(mesh(cluster("east").network("eu").podCidrs("10.1.0.0/16"), west)))
                .isEmpty();
    }

    @Test
    void isSilentWithinOneCluster() {
        assertThat(detect(mesh(east("10.1.0.0/16", "10.1.0.0/24"), west("10.2.0.0/16"))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenNodesCouldNotBeReadThisTime() {
        var west = west("10.1.0.0/16").source("kubernetes/nodes", SourceState.UNREACHABLE);

        assertThat(detect(mesh(east("10.1.0.0/16"), west)))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster east(String... cidrs) {
        return cluster("east").network("eu").linkedTo("west").podCidrs(cidrs);
    }

    private static TestCluster west(String... cidrs) {
        return cluster("west").network("eu").podCidrs(cidrs);
    }

    private static List<Verdict> detect(MeshView view) {
        return new PodCidrsOverlap().detect(view).toList();
    }
}
