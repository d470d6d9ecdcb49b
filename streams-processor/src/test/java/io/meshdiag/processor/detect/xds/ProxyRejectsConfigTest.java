package io.meshdiag.processor.detect.xds;

import static io.meshdiag.fact.XdsSyncState.ERROR;
import static io.meshdiag.fact.XdsSyncState.SYNCED;
import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxyRejectsConfigTest {
    private static final Instant SENT = NOW.minusSeconds(300);
    private static final String ERROR_TEXT = "Internal:Error adding/updating listener(s) 0.0.0.0_%d: bad filter";

    @Test
    void makesOneFindingOfOneFaultInManyProxies() {
        var verdicts = detect(cluster("east")
                .proxy("web-1", ERROR, SENT, ERROR_TEXT.formatted(80))
                .proxy("web-2", ERROR, SENT.minusSeconds(60), ERROR_TEXT.formatted(443))
                .syncedProxies(3));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).matches("east-uid\\|LDS\\|[0-9a-f]{12}");
            assertThat(v.title()).startsWith("2 proxies reject LDS in cluster east: Internal:Error");
            assertThat(v.affected().getProxies()).isEqualTo(2);
            assertThat(v.affected().getSamples()).containsExactly("shop/web-1@east", "shop/web-2@east");
            assertThat(v.since()).contains(SENT.minusSeconds(60));
        });
    }

    @Test
    void tellsDifferentFaultsApart() {
        assertThat(detect(cluster("east")
                        .proxy("web-1", ERROR, SENT, "bad filter")
                        .proxy("web-2", ERROR, SENT, "bad route")))
                .hasSize(2);
    }

    @Test
    void isSilentWhenAllProxiesAcknowledge() {
        assertThat(detect(cluster("east").syncedProxies(3))).isEmpty();
    }

    @Test
    void forgetsTheErrorThatAnOlderConnectionToAnotherIstiodHad() {
        assertThat(detect(cluster("east")
                        .proxy("web-1", "istiod-1", "east", ERROR, SENT, "bad filter")
                        .proxy("web-1", "istiod-2", "east", SYNCED, SENT.plusSeconds(1), null)))
                .isEmpty();
    }

    @Test
    void namesTheObjectThatTheErrorNames() {
        var verdicts = detect(cluster("east")
                .proxy("web-1", ERROR, SENT, "filter from custom-lua.shop: script load error in custom-lua.")
                .resource("EnvoyFilter", "custom-lua", NOW.minusSeconds(9000))
                .resource("EnvoyFilter", "newer-filter", NOW.minusSeconds(400)));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.title()).isEqualTo("1 proxy rejects LDS in cluster east: EnvoyFilter shop/custom-lua");
            assertThat(v.subject().getName()).isEqualTo("custom-lua");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("kubectl --context=east --namespace=shop get"
                            + " envoyfilter.networking.istio.io/custom-lua --output=yaml");
        });
    }

    @Test
    void suspectsTheNewestEnvoyFilterThatWasThereButDoesNotAccuseIt() {
        var verdicts = detect(cluster("east")
                .proxy("web-1", ERROR, SENT, "bad filter")
                .resource("EnvoyFilter", "older", NOW.minusSeconds(9000))
                .resource("EnvoyFilter", "newest", NOW.minusSeconds(400))
                .resource("EnvoyFilter", "came-later", NOW.minusSeconds(10)));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.description()).contains("the newest EnvoyFilter is shop/newest");
            assertThat(v.description()).contains("not proof");
            assertThat(v.subject().getKind()).isEqualTo("Cluster");
        });
    }

    @Test
    void believesEnvoyWhereIstiodIsTooOldToTell() {
        var verdicts = detect(cluster("east").envoyRejects("web-1", "0.0.0.0_80", "bad filter"));

        assertThat(verdicts)
                .singleElement()
                .satisfies(v -> assertThat(v.affected().getSamples()).containsExactly("shop/web-1@east"));
    }

    @Test
    void doesNotBelieveAnOlderPageOfEnvoyOnceIstiodSawALaterUpdateAcknowledged() {
        TestCluster readBefore = cluster("east")
                .proxy("web-1", SYNCED, SENT, null)
                .envoyRejects("web-1", "0.0.0.0_80", "bad filter")
                .seenAt(NOW.minusSeconds(1));
        TestCluster readAfter = cluster("west")
                .proxy("web-1", SYNCED, SENT, null)
                .envoyRejects("web-1", "0.0.0.0_80", "bad filter")
                .seenAt(NOW.plusSeconds(1));

        assertThat(detect(readBefore)).isEmpty();
        assertThat(detect(readAfter)).hasSize(1);
    }

    @Test
    void countsAFaultOnceThatIstiodAndEnvoyBothTell() {
        assertThat(detect(cluster("east")
                        .proxy("web-1", ERROR, SENT, ERROR_TEXT.formatted(80))
                        .envoyRejects("web-1", "0.0.0.0_80", "bad filter")
                        .envoyRejects("web-2", "0.0.0.0_80", "bad filter")))
                .singleElement()
                .satisfies(v -> assertThat(v.affected().getProxies()).isEqualTo(2));
    }

    @Test
    void doesNotKnowWhetherAnErrorStillHoldsWhenIstiodCannotBeReadAnyMore() {
        assertThat(detect(cluster("east")
                        .proxy("web-1", ERROR, SENT, "bad filter")
                        .source("istiod/syncz", SourceState.FORBIDDEN)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("cluster east: istiod/syncz is FORBIDDEN");
                });
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new ProxyRejectsConfig().detect(cluster.view()).toList();
    }
}
