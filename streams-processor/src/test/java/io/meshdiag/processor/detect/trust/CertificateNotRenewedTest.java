package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateNotRenewedTest {
    @Test
    void countsProxiesWhoseCertificateIsLateAndSaysWhy() {
        var east = cluster("east")
                .certificate("web-1", NOW.minus(Duration.ofHours(20)), NOW.plus(Duration.ofHours(4)))
                .certificate("web-2", NOW.minus(Duration.ofHours(18)), NOW.plus(Duration.ofHours(6)))
                .certificate("web-3", NOW.minus(Duration.ofHours(6)), NOW.plus(Duration.ofHours(18)))
                .proxyLogs("web-1", "proxy.csr.auth", NOW.minusSeconds(60));

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.scopeKey()).isEqualTo("east-uid");
            assertThat(v.title()).isEqualTo("2 proxies of cluster east did not get a new certificate in time");
            assertThat(v.description()).contains("The first ends at 2026-03-01T16:00:00Z", "Logs say: ");
            assertThat(v.affected().getSamples()).containsExactly("shop/web-1", "shop/web-2");
            assertThat(v.forecast().orElseThrow().getHappensAt()).isEqualTo(NOW.plus(Duration.ofHours(4)));
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("istioctl --context=east proxy-config secret web-1.shop");
        });
    }

    @Test
    void givesAProxyTimeToAskAgain() {
        var lateAfter = Duration.ofHours(24).multipliedBy(65).dividedBy(100);

        assertThat(detect(cluster("east")
                        .certificate(
                                "web-1",
                                NOW.minus(lateAfter),
                                NOW.plus(Duration.ofHours(24).minus(lateAfter)))))
                .isEmpty();
        assertThat(detect(cluster("east")
                        .certificate(
                                "web-1",
                                NOW.minus(lateAfter).minusSeconds(1),
                                NOW.plus(Duration.ofHours(24).minus(lateAfter)).minusSeconds(1))))
                .hasSize(1);
    }

    @Test
    void isCriticalWhenACertificateHasEnded() {
        assertThat(detect(cluster("east").certificate("web-1", NOW.minus(Duration.ofHours(24)), NOW)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
                    assertThat(v.description()).contains("1 of them have ended: these proxies are cut off.");
                    assertThat(v.forecast()).isEmpty();
                });
    }

    @Test
    void isSilentAboutRefusalsWhileAllCertificatesAreFresh() {
        assertThat(detect(cluster("east").proxyLogs("web-1", "proxy.csr.auth", NOW)))
                .isEmpty();
    }

    @Test
    void saysWhenIstiodRefusesHourAfterHourAlthoughAllCertificatesSeenAreFresh() {
        assertThat(detect(cluster("east").istiodRefused("istiod-1", 500, 500, 512, 540, 541)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.title())
                            .isEqualTo("istiods of cluster east refuse 28 requests for certificates an hour");
                    assertThat(v.evidence().get(0).getValue())
                            .isEqualTo(
                                    "istio-system/istiod-1 refused 12 and then 28 requests in the last two complete hours");
                });
    }

    @Test
    void isSilentAboutRefusalsThatAreOverOrFewOrSeenOnce() {
        assertThat(detect(cluster("east").istiodRefused("istiod-1", 0, 300, 600, 600, 600)))
                .isEmpty();
        assertThat(detect(cluster("east").istiodRefused("istiod-1", 0, 9, 18, 27, 36)))
                .isEmpty();
        assertThat(detect(cluster("east").istiodRefused("istiod-1", 900))).isEmpty();
    }

    @Test
    void doesNotTakeAnOldRefusalForTheReason() {
        var east = cluster("east")
                .certificate("web-1", NOW.minus(Duration.ofHours(20)), NOW.plus(Duration.ofHours(4)))
                .proxyLogs(
                        "web-1",
                        "proxy.csr.auth",
                        NOW.minus(Duration.ofMinutes(15)).minusSeconds(1));

        assertThat(detect(east)).singleElement().satisfies(v -> assertThat(v.description())
                .endsWith("No log that was read says why."));
    }

    @Test
    void doesNotKnowOfAClusterThatFellSilent() {
        var east = cluster("east").certificate("web-1", NOW.minus(Duration.ofHours(20)), NOW.plus(Duration.ofHours(4)));

        assertThat(detect(east.silent())).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).containsExactly("cluster east: the collector is silent");
        });
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new CertificateNotRenewed().detect(cluster.view()).toList();
    }
}
