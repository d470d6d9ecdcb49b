package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayAddressesStaleTest {
    private static final Instant LONG_AGO = NOW.minus(GatewayAddressesStale.STEADY);
    private static final String NAME = "lb.west.example";

    @Test
    void isOneFindingForAllIstiodsThatHaveOldAddresses() {
        assertThat(detect(
                        west(LONG_AGO, "203.0.113.7"),
                        cluster("east").knowsGateways("istiod-1", "us/west/198.51.100.1"),
                        cluster("north").knowsGateways("istiod-1", "us/west/198.51.100.1")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("west-uid|istio-system/istio-eastwestgateway");
                    assertThat(v.scope().getClusters()).containsExactly("west");
                    assertThat(v.scope().getObservers()).containsExactly("east", "north");
                    assertThat(v.confidence()).isEqualTo(0.7);
                    assertThat(v.title())
                            .isEqualTo("istiods of 2 cluster(s) have old addresses of the east-west gateway of west");
                });
    }

    @Test
    void isCertainWhenNobodyAnswersAtTheOldAddress() {
        assertThat(detect(
                        west(LONG_AGO, "203.0.113.7"),
                        cluster("east")
                                .knowsGateways("istiod-1", "us/west/198.51.100.1")
                                .probesGateway("west", "198.51.100.1", false)))
                .singleElement()
                .satisfies(v -> assertThat(v.confidence()).isEqualTo(1.0));
    }

    @Test
    void isSilentWhenSomebodyAnswersThere() {
        assertThat(detect(
                        west(LONG_AGO, "203.0.113.7"),
                        cluster("east")
                                .knowsGateways("istiod-1", "us/west/198.51.100.1")
                                .probesGateway("west", "198.51.100.1", true)))
                .isEmpty();
    }

    @Test
    void isSilentWhileOneAddressAgreesBecauseLoadBalancersHandOutAPart() {
        assertThat(detect(
                        west(LONG_AGO, "203.0.113.7", "203.0.113.8"),
                        cluster("east").knowsGateways("istiod-1", "us/west/203.0.113.8", "us/west/203.0.113.9")))
                .isEmpty();
    }

    @Test
    void isSilentWherePrivateResolversAnswerOtherwise() {
        assertThat(detect(
                        west(LONG_AGO, "10.0.0.7"), cluster("east").knowsGateways("istiod-1", "us/west/198.51.100.1")))
                .isEmpty();
    }

    @Test
    void waitsUntilTheAnswerHasBeenTheSameForAWhile() {
        assertThat(detect(
                        west(LONG_AGO.plusMillis(1), "203.0.113.7"),
                        cluster("east").knowsGateways("istiod-1", "us/west/198.51.100.1")))
                .isEmpty();
    }

    @Test
    void isSilentWhereTheGatewayHasNoName() {
        assertThat(detect(
                        cluster("west").gateway("us", 2, "203.0.113.7"),
                        cluster("east").knowsGateways("istiod-1", "us/west/198.51.100.1")))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenTheClusterThatLooksItUpIsSilent() {
        assertThat(detect(
                        west(LONG_AGO, "203.0.113.7").silent(),
                        cluster("east").knowsGateways("istiod-1", "us/west/198.51.100.1")))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster west(Instant since, String... addresses) {
        return cluster("west").gateway("us", 2, NAME).looksUp(NAME, since, addresses);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new GatewayAddressesStale().detect(mesh(clusters)).toList();
    }
}
