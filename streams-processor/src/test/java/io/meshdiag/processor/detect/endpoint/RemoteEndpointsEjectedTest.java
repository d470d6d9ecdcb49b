package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoteEndpointsEjectedTest {
    @Test
    void countsProxiesAndServicesByTheClusterThatTheyLost() {
        assertThat(detect(east().proxyHasGateways("web-1", "west", 1, 0).proxyHasGateways("web-2", "west", 1, 0)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("east-uid->id:west");
                    assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("east", "west"));
                    assertThat(v.title()).isEqualTo("2 proxies in east ejected all gateways to west");
                    assertThat(v.affected().getProxies()).isEqualTo(2);
                    assertThat(v.affected().getServices()).isEqualTo(1);
                    assertThat(v.evidence().get(0).getValue())
                            .isEqualTo(
                                    "shop/web-1: 0 of 1 gateway(s) to west healthy for reviews.shop.svc.cluster.local");
                });
    }

    @Test
    void isSilentWhenOneGatewayIsLeft() {
        assertThat(detect(east().proxyHasGateways("web-1", "west", 2, 1).proxyHasGateways("web-2", "west", 2, 1)))
                .isEmpty();
    }

    @Test
    void isSilentOnTheBadLuckOfOneProxy() {
        assertThat(detect(east().proxyHasGateways("web-1", "west", 1, 0).proxyHasGateways("web-2", "west", 1, 1)))
                .isEmpty();
    }

    @Test
    void isSilentOnWorkloadsThatAreUnhealthyThemselves() {
        assertThat(detect(east().proxyHasReviews("web-1", "west", 0, 0).proxyHasReviews("web-2", "west", 0, 0)))
                .isEmpty();
    }

    @Test
    void forgetsDumpsOfMoreThanAQuarterOfAnHourAgo() {
        assertThat(detect(east().proxyHasGateways("web-1", "west", 1, 0)
                        .seenAt(NOW.minusSeconds(900))
                        .proxyHasGateways("web-2", "west", 1, 0)))
                .singleElement()
                .satisfies(v -> assertThat(v.judgeAgainAt()).contains(NOW.plusMillis(1)));
        assertThat(detect(east().proxyHasGateways("web-1", "west", 1, 0)
                        .seenAt(NOW.minusSeconds(901))
                        .proxyHasGateways("web-2", "west", 1, 0)))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenDumpsCannotBeReadThisTime() {
        var east = east().proxyHasGateways("web-1", "west", 1, 0)
                .proxyHasGateways("web-2", "west", 1, 0)
                .source("proxies/config_dump", SourceState.FORBIDDEN);

        assertThat(detect(east)).singleElement().matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster east() {
        return cluster("east");
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new RemoteEndpointsEjected().detect(cluster.view()).toList();
    }
}
