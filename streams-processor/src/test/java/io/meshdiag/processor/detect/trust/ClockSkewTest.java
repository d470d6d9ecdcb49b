package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClockSkewTest {
    @Test
    void isOneFindingForANodeHoweverManyProxiesItHas() {
        var east = cluster("east")
                .pod("web-1", "node-1")
                .pod("web-2", "node-1")
                .pod("web-3", "node-2")
                .proxyLogs("web-1", ClockSkew.NOT_YET_VALID, NOW)
                .proxyLogs("web-2", ClockSkew.NOT_YET_VALID, NOW);

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("east-uid|node node-1");
            assertThat(v.title()).isEqualTo("The clock of node node-1 in cluster east is behind");
            assertThat(v.scope().getNode()).isEqualTo("node-1");
            assertThat(v.affected().getSamples()).containsExactly("shop/web-1", "shop/web-2");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains(
                            "kubectl --context=east debug node/node-1 --image=busybox --stdin --tty -- date -u && date -u");
        });
    }

    @Test
    void namesTheMachineWhereThereIsNoNode() {
        assertThat(detect(cluster("east").proxyLogs("db-1", ClockSkew.NOT_YET_VALID, NOW)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.title()).isEqualTo("The clock of machine shop/db-1 in cluster east is behind");
                    assertThat(v.scope().getNode()).isNull();
                });
    }

    @Test
    void isSilentAnHourAfterTheLastError() {
        Instant hourAgo = NOW.minus(Duration.ofHours(1));

        assertThat(detect(cluster("east").proxyLogs("web-1", ClockSkew.NOT_YET_VALID, hourAgo)))
                .hasSize(1);
        assertThat(detect(cluster("east").proxyLogs("web-1", ClockSkew.NOT_YET_VALID, hourAgo.minusSeconds(1))))
                .isEmpty();
    }

    @Test
    void isSilentAboutOtherErrorsOfCertificates() {
        assertThat(detect(cluster("east").proxyLogs("web-1", "proxy.tls.verify-failed", NOW)))
                .isEmpty();
    }

    @Test
    void doesNotKnowOfAClusterThatFellSilent() {
        assertThat(detect(cluster("east")
                        .proxyLogs("web-1", ClockSkew.NOT_YET_VALID, NOW)
                        .silent()))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("cluster east: the collector is silent");
                });
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new ClockSkew().detect(cluster.view()).toList();
    }
}
