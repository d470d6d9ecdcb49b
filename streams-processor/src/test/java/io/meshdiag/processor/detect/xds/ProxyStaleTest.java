package io.meshdiag.processor.detect.xds;

import static io.meshdiag.fact.XdsSyncState.ERROR;
import static io.meshdiag.fact.XdsSyncState.NOT_SENT;
import static io.meshdiag.fact.XdsSyncState.STALE;
import static io.meshdiag.fact.XdsSyncState.STALE_NEVER_ACKED;
import static io.meshdiag.fact.XdsSyncState.SYNCED;
import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.schema.Facts;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyStaleTest {
    private static final Instant LONG_AGO = NOW.minusSeconds(300);

    @Test
    void reportsProxiesThatDoNotAcknowledge() {
        var verdicts = detect(cluster("east")
                .proxy("web-1", STALE, LONG_AGO, null)
                .proxy("web-2", STALE_NEVER_ACKED, LONG_AGO.minusSeconds(5), null)
                .proxy("web-3", ERROR, LONG_AGO, "bad filter")
                .syncedProxies(7));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("east-uid");
            assertThat(v.severity()).isEqualTo(Severity.MEDIUM);
            assertThat(v.title()).isEqualTo("3 of 10 proxies in cluster east do not take over new configuration");
            assertThat(v.description()).contains("All are served by istiod-1.").contains("What is missing is LDS.");
            assertThat(v.since()).contains(LONG_AGO.minusSeconds(5));
        });
    }

    @Test
    void waitsAMinuteBecauseAPushInFlightLooksTheSame() {
        assertThat(detect(cluster("east").proxy("web-1", STALE, NOW.minusSeconds(60), null)))
                .isEmpty();
        assertThat(detect(cluster("east").proxy("web-1", STALE, NOW.minusMillis(60_001), null)))
                .hasSize(1);
    }

    @Test
    void asksToBeJudgedAgainWhenTheYoungestPushIsAMinuteOld() {
        assertThat(detect(cluster("east")
                        .proxy("web-1", STALE, LONG_AGO, null)
                        .proxy("web-2", STALE, NOW.minusSeconds(20), null)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.affected().getProxies()).isEqualTo(1);
                    assertThat(v.judgeAgainAt()).contains(NOW.plusSeconds(40).plusMillis(1));
                });
    }

    @Test
    void isSilentForTypesThatWereNeverSent() {
        assertThat(detect(cluster("east").proxy("gateway-1", NOT_SENT, null, null)))
                .isEmpty();
    }

    @Test
    void looksAtTheNewerConnectionOfAProxyThatMoved() {
        assertThat(detect(cluster("east")
                        .proxy("web-1", "istiod-1", "east", STALE, LONG_AGO, null)
                        .proxy("web-1", "istiod-2", "east", SYNCED, LONG_AGO.plusSeconds(1), null)))
                .isEmpty();
    }

    @Test
    void saysInWhichClusterAProxyOfARemoteIs() {
        assertThat(detect(cluster("east").proxy("web-1", "istiod-1", "remote", STALE, LONG_AGO, null)))
                .singleElement()
                .satisfies(v -> assertThat(v.affected().getSamples()).containsExactly("shop/web-1@remote"));
    }

    @Test
    void isGraverWhenManyProxiesAreBehind() {
        assertThat(severity(stale(6).syncedProxies(23))).isEqualTo(Severity.HIGH);
        assertThat(severity(stale(6).syncedProxies(24))).isEqualTo(Severity.MEDIUM);
        assertThat(severity(stale(5))).isEqualTo(Severity.MEDIUM);
    }

    @Test
    void tellsWhenAllRunOnOneNode() {
        assertThat(detect(cluster("east")
                        .proxy("web-1", STALE, LONG_AGO, null)
                        .proxy("web-2", STALE, LONG_AGO, null)
                        .pod("web-1", "node-7")
                        .pod("web-2", "node-7")))
                .singleElement()
                .satisfies(v -> assertThat(v.description()).contains("All run on node node-7."));
    }

    @Test
    void cannotTellTheAgeOfAnOldIstiodsPushFromOneLook() {
        assertThat(detect(cluster("east").archive().proxy("web-1", STALE, null, null)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).singleElement().asString().contains("Istio before 1.23");
                });
    }

    @Test
    void knowsThatAPushIsAtLeastAsOldAsTheFactOfALiveCollector() {
        var east = cluster("east").proxy("web-1", STALE, null, null);
        assertThat(detect(east)).isEmpty();

        east.rows().forEach(r -> Facts.header(r.fact()).setObservedAt(LONG_AGO));
        assertThat(detect(east)).singleElement().matches(v -> v.state() == Verdict.State.PRESENT);
    }

    @Test
    void doesNotKnowWhenTheCollectorIsSilent() {
        assertThat(detect(stale(1).silent())).singleElement().matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster stale(int count) {
        TestCluster east = cluster("east");
        for (int i = 0; i < count; i++) {
            east.proxy("stale-" + i, STALE, LONG_AGO, null);
        }
        return east;
    }

    private static Severity severity(TestCluster cluster) {
        return detect(cluster).get(0).severity();
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new ProxyStale().detect(cluster.view()).toList();
    }
}
