package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.reviews;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.ServiceView;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteEndpointsMissingTest {
    @Test
    void namesTheClusterThatLacksTheEndpoints() {
        var verdicts = detect(reviews(east().istiodSees("istiod-1", "east"), west()));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("shop/reviews|east-uid->west-uid");
            assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("east", "west"));
            assertThat(v.title()).isEqualTo("istiod in east knows no endpoint of shop/reviews in west");
            assertThat(v.evidence().get(1).getValue())
                    .isEqualTo("istiod istiod-1 has endpoints: Kubernetes/east 1; none from west");
            assertThat(v.affected().getServices()).isEqualTo(1);
        });
    }

    @Test
    void namesTheFirstLayerThatIsWrong() {
        assertThat(detect(reviews(east().istiodSees("istiod-1", "east"), west())))
                .singleElement()
                .satisfies(
                        v -> assertThat(v.description()).contains("The first layer that is wrong is istiod in east."));

        var blindAtHome = cluster("west").linkedTo("east").hasReviews(1).istiodSees("istiod-1", "east");
        assertThat(detect(reviews(east().istiodSees("istiod-1", "east"), blindAtHome)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.description())
                            .contains(
                                    "The first layer that is wrong is istiod in west, which has none of them either.");
                    assertThat(v.evidence()).hasSize(3);
                });
    }

    @Test
    void isSilentWhenOneReplicaHasThem() {
        assertThat(detect(
                        reviews(east().istiodSees("istiod-1", "east").istiodSees("istiod-2", "east", "west"), west())))
                .isEmpty();
    }

    @Test
    void isSilentWhenTheOwnerHasNoReadyEndpoint() {
        var west = cluster("west").linkedTo("east").hasReviews(0).istiodSees("istiod-1", "east", "west");

        assertThat(detect(reviews(east().istiodSees("istiod-1", "east"), west))).isEmpty();
    }

    @Test
    void isSilentWhenTheClustersAreNotLinked() {
        assertThat(detect(reviews(
                        cluster("east").hasReviews(1).istiodSees("istiod-1", "east"),
                        cluster("west").hasReviews(1).istiodSees("istiod-1", "west"))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.shop.svc.cluster.local", "reviews.shop.svc.cluster.local", "*.svc.cluster.local"})
    void isSilentForServicesThatStayInTheirCluster(String pattern) {
        assertThat(detect(reviews(east().clusterLocal(pattern).istiodSees("istiod-1", "east"), west())))
                .isEmpty();
    }

    @Test
    void isSilentWhenTheServiceIsExportedToNobody() {
        var west = cluster("west")
                .linkedTo("east")
                .hasReviews(1, b -> b.setExportTo(List.of("~")))
                .istiodSees("istiod-1", "east", "west");

        assertThat(detect(reviews(east().istiodSees("istiod-1", "east"), west))).isEmpty();
    }

    @Test
    void stillExpectsEndpointsThatAreExportedToTheirOwnNamespace() {
        var west = cluster("west")
                .linkedTo("east")
                .hasReviews(1, b -> b.setExportTo(List.of(".")))
                .istiodSees("istiod-1", "east", "west");

        assertThat(detect(reviews(east().istiodSees("istiod-1", "east"), west))).hasSize(1);
    }

    @Test
    void leavesItToOneFindingWhenNothingOfTheOtherClusterIsKnownAtAll() {
        var east = cluster("east").linkedTo("west").hasReviews(1).istiodSees("istiod-1", "east");

        assertThat(detect(reviews(east, west()))).isEmpty();
    }

    @Test
    void isSilentWhenIstiodDoesNotWatchTheServiceAtAll() {
        assertThat(detect(reviews(east(), west()))).isEmpty();
    }

    @Test
    void doesNotKnowWhenTheEndpointsOfIstiodCouldNotBeReadThisTime() {
        var east = east().istiodSees("istiod-1", "east").source("istiod/endpointShardz", SourceState.UNREACHABLE);

        assertThat(detect(reviews(east, west()))).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).containsExactly("cluster east: istiod/endpointShardz is UNREACHABLE");
        });
    }

    private static TestCluster east() {
        return cluster("east").linkedTo("west").seesEndpointsOf("west", "").hasReviews(1);
    }

    private static TestCluster west() {
        return cluster("west").linkedTo("east").hasReviews(2).istiodSees("istiod-1", "east", "west");
    }

    private static List<Verdict> detect(ServiceView view) {
        return new RemoteEndpointsMissing().detect(view).toList();
    }
}
