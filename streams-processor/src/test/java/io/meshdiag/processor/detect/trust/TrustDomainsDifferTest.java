package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustDomainsDifferTest {
    @Test
    void isOneFindingForTwoDomainsHoweverManyClustersHaveThem() {
        var verdicts =
                detect(mesh(cluster("east"), cluster("north"), cluster("west").trustDomain("west.example")));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("cluster.local|west.example");
            assertThat(v.title())
                    .isEqualTo(
                            "Trust domains cluster.local (east, north) and west.example (west) are not aliases of each other");
            assertThat(v.description()).startsWith("Neither side names the other's trust domain as an alias.");
            assertThat(v.subject().getCluster()).isEqualTo("west");
            assertThat(v.affected().getSamples())
                    .containsExactly("east to west", "north to west", "west to east", "west to north");
        });
    }

    @Test
    void isSilentWhenBothSidesNameEachOther() {
        assertThat(detect(mesh(
                        cluster("east").trustDomain("cluster.local", "west.example"),
                        cluster("west").trustDomain("west.example", "cluster.local"))))
                .isEmpty();
    }

    @Test
    void saysWhichDirectionIsRefusedWhenOnlyOneSideNamesTheOther() {
        assertThat(detect(mesh(
                        cluster("east").trustDomain("cluster.local", "west.example"),
                        cluster("west").trustDomain("west.example"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.description())
                            .startsWith("Servers of trust domain west.example do not name cluster.local as an alias;"
                                    + " the other direction is accepted.");
                    assertThat(v.affected().getSamples()).containsExactly("east to west");
                });
    }

    @Test
    void doesNotJudgeAClusterWhoseTrustDomainWasNotSeen() {
        assertThat(detect(mesh(cluster("east"), cluster("west").trustDomain(null))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenTheDeviatingClusterIsSilent() {
        assertThat(detect(mesh(
                        cluster("east"),
                        cluster("west").trustDomain("west.example").silent())))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("cluster west: the collector is silent");
                });
    }

    private static List<Verdict> detect(MeshView view) {
        return new TrustDomainsDiffer().detect(view).toList();
    }
}
