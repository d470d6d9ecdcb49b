package io.meshdiag.processor.scope;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.state.ClosedPort;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosedPortsTest {
    private static final String TIMEOUT = "proxy.xds.connect.timeout";
    private static final String ISTIOD = "istiod.istio-system.svc:15012";

    @Test
    void countsTheProxiesThatCannotConnectByHostPortAndFailure() {
        assertThat(of(cluster("east")
                        .proxyLogs("web-1", TIMEOUT, ISTIOD, NOW)
                        .proxyLogs("web-2", TIMEOUT, ISTIOD, NOW)
                        .proxyLogs("web-3", "proxy.xds.connect.refused", "[2001:db8::1]:15012", NOW)))
                .containsExactly(
                        new ClosedPort("2001:db8::1", 15012, "refused", 1, List.of("shop/web-3")),
                        new ClosedPort(
                                "istiod.istio-system.svc", 15012, "timeout", 2, List.of("shop/web-1", "shop/web-2")));
    }

    @Test
    void leavesOutWhatIsOverAndFailuresOfAnotherKind() {
        assertThat(of(cluster("east")
                        .proxyLogs("web-1", TIMEOUT, ISTIOD, NOW.minus(Duration.ofMinutes(5)))
                        .proxyLogs("web-2", "proxy.xds.connect.dns", ISTIOD, NOW)))
                .isEmpty();
    }

    @Test
    void leavesOutProxiesThatAreConnectedByNow() {
        assertThat(of(cluster("east")
                        .proxyLogs("web-1", TIMEOUT, ISTIOD, NOW)
                        .proxy("web-1", XdsSyncState.SYNCED, NOW, null)))
                .isEmpty();
    }

    @Test
    void leavesOutAControlPlaneWithoutAReadyPodWhereNobodyListens() {
        assertThat(of(cluster("east").proxyLogs("web-1", TIMEOUT, ISTIOD, NOW).istiodService(0)))
                .isEmpty();
        assertThat(of(cluster("east").proxyLogs("web-1", TIMEOUT, ISTIOD, NOW).istiodService(1)))
                .hasSize(1);
    }

    private static List<ClosedPort> of(TestCluster cluster) {
        return ClosedPorts.of(cluster.rows(), NOW);
    }
}
