package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyEndpointsStaleTest {
    @Test
    void namesTheProxyAsTheFirstLayerThatIsWrong() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 1, 11)
                        .proxyHasReviews("web-1", "west", 3, 36)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("east-uid");
                    assertThat(v.title())
                            .isEqualTo("Proxy shop/web-1 in east keeps endpoints that istiod no longer has");
                    assertThat(v.description())
                            .startsWith(
                                    "shop/web-1 has 3 address(es) of shop/reviews in west; istiod istiod-1 has 1"
                                            + " address(es) of shop/reviews in west. The first layer that is wrong is the proxy");
                    assertThat(v.subject().getName()).isEqualTo("web-1");
                    assertThat(v.affected().getSamples()).containsExactly("shop/web-1");
                    assertThat(v.evidence()).hasSize(2);
                });
    }

    @Test
    void seesThatAsManyAddressesAreNotTheSame() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 2, 30)
                        .proxyHasReviews("web-1", "west", 2, 31)))
                .singleElement()
                .satisfies(v -> assertThat(v.evidence().get(1).getValue()).endsWith("in west, not the same ones"));
    }

    @Test
    void isSilentWhenTheAddressesAreThoseOfIstiod() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 2, 30)
                        .proxyHasReviews("web-1", "west", 2, 30)))
                .isEmpty();
    }

    @Test
    void isSilentWhenAProxyHasFewerBecauseManyThingsTakeEndpointsAway() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 3, 30)
                        .proxyHasReviews("web-1", "west", 2, 99)))
                .isEmpty();
    }

    @Test
    void isSilentWhenOneReplicaOfIstiodHasThemStill() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 1, 11)
                        .knowsReviews("istiod-2", "west", "", 3, 36)
                        .proxyHasReviews("web-1", "west", 3, 36)))
                .isEmpty();
    }

    @Test
    void comparesOnlyWithWhatIstiodHadBeenSayingForTwoMinutes() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 1, 11)
                        .since(NOW.minusSeconds(119))
                        .proxyHasReviews("web-1", "west", 3, 36)))
                .isEmpty();
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 1, 11)
                        .since(NOW.minusSeconds(120))
                        .proxyHasReviews("web-1", "west", 3, 36)))
                .hasSize(1);
    }

    @Test
    void isSilentOnADumpThatIsOlderThanWhatIstiodSays() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 1, 11)
                        .proxyHasReviews("web-1", "west", 3, 36)
                        .seenAt(NOW.minusSeconds(3_600))))
                .isEmpty();
    }

    @Test
    void takesAnArchiveForOneLook() {
        assertThat(detect(cluster("east")
                        .archive()
                        .knowsReviews("istiod-1", "west", "", 1, 11)
                        .since(null)
                        .proxyHasReviews("web-1", "west", 3, 36)))
                .singleElement()
                .matches(v -> v.confidence() < 1);
    }

    @Test
    void seesAGatewayBehindWhichIstiodHasNothing() {
        assertThat(detect(cluster("east")
                        .knowsGateways("istiod-1", "net-w/west/10.0.0.1")
                        .knowsReviews("istiod-1", "east", "net-e", 1, 11)
                        .proxyHasGateways("web-1", "west", 1, 1)))
                .singleElement()
                .satisfies(v -> assertThat(v.evidence().get(0).getValue())
                        .isEqualTo("shop/web-1 has 1 gateway(s) to endpoints of shop/reviews in west"));
    }

    @Test
    void isSilentWhenTheGatewayStandsForAnotherClusterOfItsNetwork() {
        assertThat(detect(cluster("east")
                        .knowsGateways("istiod-1", "net-w/west/10.0.0.1")
                        .knowsReviews("istiod-1", "north", "net-w", 1, 11)
                        .proxyHasGateways("web-1", "west", 1, 1)))
                .isEmpty();
    }

    @Test
    void isSilentWhereGatewaysAreNotKnown() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "east", "net-e", 1, 11)
                        .proxyHasGateways("web-1", "west", 1, 1)))
                .isEmpty();
    }

    @Test
    void isSilentWhereAWaypointMayStandForTheEndpoints() {
        assertThat(detect(cluster("east")
                        .knowsReviews("istiod-1", "west", "", 1, 11)
                        .proxyHasReviews("web-1", "west", 3, 36)
                        .waypoint("reviews-waypoint")))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenIstiodCouldNotBeReadThisTime() {
        var east = cluster("east")
                .knowsReviews("istiod-1", "west", "", 1, 11)
                .proxyHasReviews("web-1", "west", 3, 36)
                .source("istiod/endpointShardz", SourceState.UNREACHABLE);

        assertThat(detect(east)).singleElement().matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    @Test
    void goesByProxiesOwnDumpsAndNotByIstiodsDumpsOfThem() {
        var east = cluster("east")
                .knowsReviews("istiod-1", "west", "", 1, 11)
                .proxyHasReviews("web-1", "west", 3, 36)
                .source("istiod/config_dump", SourceState.FORBIDDEN);

        assertThat(detect(east)).singleElement().matches(v -> v.state() == Verdict.State.PRESENT);
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new ProxyEndpointsStale()
                .detect(cluster.proxy("web-9", XdsSyncState.SYNCED, NOW, null).view())
                .toList();
    }
}
