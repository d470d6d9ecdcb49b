package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicasDisagreeTest {
    @Test
    void namesTheReplicaWithFewerEndpoints() {
        assertThat(detect(cluster("east").knowsEndpoints("istiod-1", "west", 40).knowsEndpoints("istiod-2", "west", 0)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("east-uid|istiod");
                    assertThat(v.title()).isEqualTo("Replicas of istiod in east know different endpoints of west");
                    assertThat(v.subject().getName()).isEqualTo("istiod-2");
                    assertThat(v.confidence()).isEqualTo(0.7);
                    assertThat(v.evidence().get(1).getValue()).isEqualTo("endpoints by cluster: west 0");
                });
    }

    @Test
    void namesTheOneThatIsUnlikeTheOthers() {
        assertThat(detect(cluster("east")
                        .knowsEndpoints("istiod-1", "west", 10)
                        .knowsEndpoints("istiod-2", "west", 40)
                        .knowsEndpoints("istiod-3", "west", 10)))
                .singleElement()
                .matches(v -> v.subject().getName().equals("istiod-2"));
    }

    @Test
    void isSilentBelowThreeEndpoints() {
        assertThat(detect(cluster("east").knowsEndpoints("istiod-1", "west", 2).knowsEndpoints("istiod-2", "west", 0)))
                .isEmpty();
        assertThat(detect(cluster("east").knowsEndpoints("istiod-1", "west", 3).knowsEndpoints("istiod-2", "west", 0)))
                .hasSize(1);
    }

    @Test
    void isSilentBelowATenthOfTheEndpoints() {
        assertThat(detect(
                        cluster("east").knowsEndpoints("istiod-1", "west", 100).knowsEndpoints("istiod-2", "west", 91)))
                .isEmpty();
        assertThat(detect(
                        cluster("east").knowsEndpoints("istiod-1", "west", 100).knowsEndpoints("istiod-2", "west", 90)))
                .hasSize(1);
    }

    @Test
    void seesThatAsManyEndpointsAreNotTheSame() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 2, 30)
                        .knowsReviews("istiod-2", "west", "", 2, 31)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.description())
                            .contains("differ about 1 cluster(s). They have as many endpoints, but not the same ones.");
                    assertThat(v.evidence())
                            .extracting(e -> e.getValue())
                            .contains(
                                    "reviews.shop.svc.cluster.local in west: 2 address(es), digest 1e",
                                    "reviews.shop.svc.cluster.local in west: 2 address(es), digest 1f");
                });
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 2, 30)
                        .knowsReviews("istiod-2", "west", "", 2, 30)))
                .isEmpty();
    }

    @Test
    void givesReplicasTwoMinutesToSeeTheSameChange() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 2, 30)
                        .knowsReviews("istiod-2", "west", "", 2, 31)
                        .since(NOW.minusSeconds(119))))
                .isEmpty();
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 2, 30)
                        .knowsReviews("istiod-2", "west", "", 2, 31)
                        .since(NOW.minusSeconds(120))))
                .hasSize(1);
    }

    @Test
    void namesAReplicaThatLacksServicesOfACluster() {
        assertThat(detect(cluster("east")
                        .knowsServices("istiod-1", "west", 40, 7)
                        .knowsServices("istiod-2", "west", 0, 0)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.title()).isEqualTo("Replicas of istiod in east know different services of west");
                    assertThat(v.subject().getName()).isEqualTo("istiod-2");
                    assertThat(v.evidence())
                            .extracting(e -> e.getValue())
                            .containsExactly("services by cluster: west 40 (digest 7)", "services by cluster: west 0");
                });
    }

    @Test
    void isSurerWhenServicesBearOutWhatEndpointsSay() {
        assertThat(detect(cluster("east")
                        .knowsEndpoints("istiod-1", "west", 40)
                        .knowsEndpoints("istiod-2", "west", 0)
                        .knowsServices("istiod-1", "west", 12, 7)
                        .knowsServices("istiod-2", "west", 0, 0)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.confidence()).isEqualTo(0.9);
                    assertThat(v.description())
                            .contains(
                                    "They also know different services there: one of them does not read that cluster.");
                });
    }

    @Test
    void tellsLostEndpointsFromAClusterThatIsNotRead() {
        assertThat(detect(cluster("east")
                        .knowsEndpoints("istiod-1", "west", 40)
                        .knowsEndpoints("istiod-2", "west", 0)
                        .knowsServices("istiod-1", "west", 12, 7)
                        .knowsServices("istiod-2", "west", 12, 7)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.confidence()).isEqualTo(0.7);
                    assertThat(v.description())
                            .contains("They know the same services there: only endpoints are not read.");
                });
    }

    @Test
    void believesTheServicesWhenEndpointsCouldNotBeReadThisTime() {
        var east = cluster("east")
                .knowsEndpoints("istiod-1", "west", 40)
                .knowsEndpoints("istiod-2", "west", 0)
                .knowsServices("istiod-1", "west", 12, 7)
                .knowsServices("istiod-2", "west", 0, 0)
                .source("istiod/endpointShardz", SourceState.UNREACHABLE);

        assertThat(detect(east)).singleElement().matches(v -> v.state() == Verdict.State.PRESENT);
    }

    @Test
    void seesOneServiceThatOneReplicaLacksForTwoMinutes() {
        assertThat(detect(cluster("east")
                        .knowsServices("istiod-1", "west", 40, 7)
                        .since(NOW.minusSeconds(120))
                        .knowsServices("istiod-2", "west", 39, 6)
                        .since(NOW.minusSeconds(120))))
                .hasSize(1);
        assertThat(detect(cluster("east")
                        .knowsServices("istiod-1", "west", 40, 7)
                        .since(NOW.minusSeconds(119))
                        .knowsServices("istiod-2", "west", 39, 6)
                        .since(NOW.minusSeconds(120))))
                .as("the other replica was read before it could know")
                .isEmpty();
    }

    @Test
    void takesAPageThatWasNotReadForNoLackOfEndpoints() {
        assertThat(detect(cluster("east")
                        .knowsEndpoints("istiod-1", "west", 40)
                        .knowsServices("istiod-1", "west", 12, 7)
                        .knowsServices("istiod-2", "west", 12, 7)))
                .isEmpty();
    }

    @Test
    void doesNotCompareRevisions() {
        assertThat(detect(cluster("east")
                        .knowsEndpoints("istiod-7d9f8c6b5-x2x4z", "west", 40)
                        .knowsEndpoints("istiod-canary-5c8d9f7b6d-abcde", "west", 0)))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenThePagesCouldNotBeReadThisTime() {
        var east = cluster("east")
                .knowsEndpoints("istiod-1", "west", 40)
                .knowsEndpoints("istiod-2", "west", 0)
                .source("istiod/endpointShardz", SourceState.UNREACHABLE);

        assertThat(detect(east)).singleElement().matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new ReplicasDisagree().detect(cluster.view()).toList();
    }
}
