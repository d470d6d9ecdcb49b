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

class ClusterEndpointsMissingTest {
    @Test
    void isOneFindingForAllServicesOfTheCluster() {
        var verdicts = detect(mesh(east().seesEndpointsOf("east", ""), west().shares("shop/cart", "shop/reviews")));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("east-uid->west-uid");
            assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("east", "west"));
            assertThat(v.title()).isEqualTo("istiod in east knows no endpoint of west at all");
            assertThat(v.affected().getServices()).isEqualTo(2);
            assertThat(v.affected().getSamples()).containsExactly("shop/cart@west", "shop/reviews@west");
            assertThat(v.evidence().get(0).getValue()).isEqualTo("istiod has endpoints of: east; none of west");
        });
    }

    @Test
    void tellsAClusterThatIsNotReadFromOneWhoseEndpointsAreNot() {
        var blind = east().seesEndpointsOf("east", "").knowsServices("istiod-1", "east", 9, 1);
        var halfBlind = east().seesEndpointsOf("east", "").knowsServices("istiod-1", "west", 2, 1);

        assertThat(detect(mesh(blind, west().shares("shop/cart"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.description())
                            .contains("Nor does it know a Service there: it does not read west at all.");
                    assertThat(v.evidence())
                            .extracting(e -> e.getValue())
                            .contains("istiod-1 knows 0 service(s) in west");
                });
        assertThat(detect(mesh(halfBlind, west().shares("shop/cart"))))
                .singleElement()
                .satisfies(v -> assertThat(v.description())
                        .contains("It does know 2 service(s) there: it reads west, but not its EndpointSlices."));
    }

    @Test
    void isSilentOnceOneEndpointIsKnown() {
        var east = east().seesEndpointsOf("east", "").seesEndpointsOf("west", "");

        assertThat(detect(mesh(east, west().shares("shop/cart", "shop/reviews"))))
                .isEmpty();
    }

    @Test
    void isSilentWhenTheOtherClusterSharesNothing() {
        assertThat(detect(mesh(east().seesEndpointsOf("east", ""), west()))).isEmpty();
    }

    @Test
    void isSilentWhenTheClustersAreNotLinked() {
        var east = cluster("east").seesEndpointsOf("east", "");

        assertThat(detect(mesh(east, cluster("west").shares("shop/cart")))).isEmpty();
    }

    @Test
    void concludesNothingFromAPageThatWasNotRead() {
        assertThat(detect(mesh(east(), west().shares("shop/cart")))).isEmpty();
    }

    @Test
    void doesNotKnowWhenTheEndpointsOfIstiodCouldNotBeReadThisTime() {
        var east = east().seesEndpointsOf("east", "").source("istiod/endpointShardz", SourceState.UNREACHABLE);

        assertThat(detect(mesh(east, west().shares("shop/cart"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("cluster east: istiod/endpointShardz is UNREACHABLE");
                });
    }

    private static TestCluster east() {
        return cluster("east").linkedTo("west");
    }

    private static TestCluster west() {
        return cluster("west");
    }

    private static List<Verdict> detect(MeshView view) {
        return new ClusterEndpointsMissing().detect(view).toList();
    }
}
