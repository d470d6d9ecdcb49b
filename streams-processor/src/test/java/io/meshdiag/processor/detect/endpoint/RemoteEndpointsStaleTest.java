package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
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

class RemoteEndpointsStaleTest {
    @Test
    void namesTheFirstLayerThatIsWrong() {
        assertThat(detect(reviews(east().knowsReviews("istiod-1", "west", 3), west(1))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("shop/reviews|east-uid->west-uid");
                    assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("east", "west"));
                    assertThat(v.title())
                            .isEqualTo("istiod in east still has endpoints of shop/reviews in west that are gone");
                    assertThat(v.description())
                            .startsWith(
                                    "shop/reviews has 1 endpoint(s) in west by its EndpointSlices, and 3 in istiod of"
                                            + " east (1 of 1 replicas). The first layer that is wrong is istiod in east");
                });
    }

    @Test
    void namesTheOneIstiodThatIsWrongWhereAnotherIsRight() {
        var one = east().knowsReviews("istiod-1", "west", 1).knowsReviews("istiod-2", "west", 3);
        var both = east().knowsReviews("istiod-1", "west", 3).knowsReviews("istiod-2", "west", 3);

        assertThat(detect(reviews(one, west(1))))
                .singleElement()
                .satisfies(v -> assertThat(v.scope().getIstiod()).isEqualTo("istiod-2"));
        assertThat(detect(reviews(both, west(1))))
                .singleElement()
                .satisfies(v -> assertThat(v.scope().getIstiod()).isNull());
    }

    @Test
    void firesForServicesThatLostTheirLastEndpoint() {
        assertThat(detect(reviews(east().knowsReviews("istiod-1", "west", 1), west(0))))
                .hasSize(1);
    }

    @Test
    void isSilentWhenIstiodHasAsManyOrFewer() {
        assertThat(detect(reviews(east().knowsReviews("istiod-1", "west", 2), west(2))))
                .isEmpty();
        assertThat(detect(reviews(east().knowsReviews("istiod-1", "west", 1), west(2))))
                .isEmpty();
    }

    @Test
    void countsEndpointsThatAreNotReady() {
        var west = cluster("west").hasReviews(1, b -> b.setNotReady(2));

        assertThat(detect(reviews(east().knowsReviews("istiod-1", "west", 3), west)))
                .isEmpty();
    }

    @Test
    void isSilentWhenTheOwnersOwnIstiodHasThemToo() {
        var west = west(1).knowsReviews("istiod-1", "west", 3);

        assertThat(detect(reviews(east().knowsReviews("istiod-1", "west", 3), west)))
                .isEmpty();
    }

    @Test
    void seesThatAsManyEndpointsAreOthers() {
        assertThat(detect(reviews(
                        east().knowsReviews("istiod-1", "west", "", 2, 30),
                        west(2).knowsReviews("istiod-1", "west", "", 2, 31))))
                .singleElement()
                .satisfies(v -> assertThat(v.description())
                        .startsWith(
                                "shop/reviews has 2 endpoint(s) in west by its EndpointSlices, and 2 in istiod of east"
                                        + " (1 of 1 replicas), not the same ones."));
        assertThat(detect(reviews(
                        east().knowsReviews("istiod-1", "west", "", 2, 30),
                        west(2).knowsReviews("istiod-1", "west", "", 2, 30))))
                .isEmpty();
    }

    @Test
    void waitsUntilTheOwnersIstiodsHadTheOthersForTwoMinutes() {
        assertThat(detect(reviews(
                        east().knowsReviews("istiod-1", "west", "", 2, 30),
                        west(2).knowsReviews("istiod-1", "west", "", 2, 31).since(NOW.minusSeconds(119)))))
                .isEmpty();
        assertThat(detect(reviews(
                        east().knowsReviews("istiod-1", "west", "", 2, 30),
                        west(2).knowsReviews("istiod-1", "west", "", 2, 31).since(NOW.minusSeconds(120)))))
                .hasSize(1);
    }

    @Test
    void comparesNoAddressesBetweenArchivesWhichAreNotOfOneTime() {
        assertThat(detect(reviews(
                        east().knowsReviews("istiod-1", "west", "", 2, 30).since(null),
                        west(2).knowsReviews("istiod-1", "west", "", 2, 31).since(null))))
                .isEmpty();
    }

    @Test
    void isSilentWhileTheOwnersIstiodsAreNotOfOneMind() {
        var west = west(2).knowsReviews("istiod-1", "west", "", 2, 31).knowsReviews("istiod-2", "west", "", 2, 32);

        assertThat(detect(reviews(east().knowsReviews("istiod-1", "west", "", 2, 30), west)))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenTheOwnerCouldNotBeReadThisTime() {
        var west = west(1).source("kubernetes/resources", SourceState.UNREACHABLE);

        assertThat(detect(reviews(east().knowsReviews("istiod-1", "west", 3), west)))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster east() {
        return cluster("east").linkedTo("west").hasReviews(1);
    }

    private static TestCluster west(int ready) {
        return cluster("west").hasReviews(ready);
    }

    private static List<Verdict> detect(ServiceView view) {
        return new RemoteEndpointsStale().detect(view).toList();
    }
}
