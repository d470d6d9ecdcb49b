package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Forecast;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaExpiringTest {
    private static final Instant IN_TWENTY_DAYS = NOW.plus(Duration.ofDays(20));

    @Test
    void isOneFindingForARootThatManyClustersShare() {
        var verdicts = detect(
                mesh(ending("east", IN_TWENTY_DAYS), ending("north", IN_TWENTY_DAYS), ending("west", IN_TWENTY_DAYS)));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.title()).isEqualTo("The root certificate of 3 clusters expires at 2026-03-21T12:00:00Z");
            assertThat(v.description())
                    .startsWith("The root certificate is 'CN=Root A' sha256:")
                    .endsWith("Nothing is broken yet; there are 20 whole days left.");
            assertThat(v.scope().getClusters()).containsExactly("east", "north", "west");
            assertThat(v.forecast())
                    .contains(new Forecast(
                            IN_TWENTY_DAYS, "mTLS fails within and between 3 cluster(s): east, north, west"));
            assertThat(v.judgeAgainAt()).contains(NOW.plus(Duration.ofDays(13)).plusMillis(1));
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("kubectl --context=west --namespace=istio-system rollout restart deployment"
                            + " --selector=app=istiod");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, CRITICAL",
        "PT167H59M59S, CRITICAL",
        "P7D, HIGH",
        "PT719H59M59S, HIGH",
        "P30D, MEDIUM",
        "PT2159H59M59S, MEDIUM"
    })
    void isMoreSevereTheLessTimeIsLeft(Duration left, Severity severity) {
        assertThat(detect(mesh(ending("east", NOW.plus(left)))))
                .singleElement()
                .extracting(Verdict::severity)
                .isEqualTo(severity);
    }

    @Test
    void isSilentWhileThereIsTimeToPlan() {
        assertThat(detect(mesh(ending("east", NOW.plus(Duration.ofDays(90)))))).isEmpty();
    }

    @Test
    void takesOtherThresholds() {
        var patient =
                new CaExpiring(new CaExpiring.Thresholds(Duration.ofDays(1), Duration.ofDays(2), Duration.ofDays(3)));

        assertThat(patient.detect(mesh(ending("east", IN_TWENTY_DAYS)))).isEmpty();
    }

    @Test
    void saysSinceWhenARootIsOver() {
        Instant yesterday = NOW.minus(Duration.ofDays(1));

        assertThat(detect(mesh(ending("east", yesterday)))).singleElement().satisfies(v -> {
            assertThat(v.title()).isEqualTo("The root certificate of cluster east expired at 2026-02-28T12:00:00Z");
            assertThat(v.since()).contains(yesterday);
            assertThat(v.forecast()).isEmpty();
        });
    }

    @Test
    void letsARootExpireThatNoCertificateDescendsFromAnyMore() {
        var east = cluster("east")
                .trustsUntil("old", IN_TWENTY_DAYS)
                .trustsInPart("new", 3)
                .proxiesSignedBy("new", 2);

        assertThat(detect(mesh(east))).isEmpty();
    }

    @Test
    void letsARootExpireThatWasIssuedAgainWithTheSameKey() {
        var east = cluster("east").trustsUntil("A", IN_TWENTY_DAYS).trustsInPart("A", 3);
        east.summary().getTrustedRoots().get(1).getCertificate().setSha256("0123456789abcdef0123");

        assertThat(detect(mesh(east))).isEmpty();
    }

    @Test
    void reportsAnIntermediateForTheClusterThatHasIt() {
        var east = cluster("east").trusts("A").proxiesSignedBy("A", 2);
        east.summary().getIssuers().get(0).getCertificate().setNotAfter(IN_TWENTY_DAYS);

        assertThat(detect(mesh(east, cluster("west").trusts("A"))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.title())
                            .isEqualTo("The CA certificate of cluster east expires at 2026-03-21T12:00:00Z");
                    assertThat(v.scope().getClusters()).containsExactly("east");
                });
    }

    @Test
    void believesIstiodsMetricsWhereNoCertificateWasSeen() {
        var far = NOW.plus(Duration.ofDays(3650));

        assertThat(detect(mesh(cluster("east").istiodTellsEnds(far, IN_TWENTY_DAYS))))
                .singleElement()
                .satisfies(v -> assertThat(v.description())
                        .startsWith("The CA certificate of istiod istiod-1 is valid until 2026-03-21T12:00:00Z"));
        assertThat(detect(mesh(cluster("east").istiodTellsEnds(Instant.ofEpochSecond(-1), Instant.EPOCH))))
                .isEmpty();
    }

    @Test
    void doesNotTellTwiceWhatTheCertificateTells() {
        var east = ending("east", IN_TWENTY_DAYS).istiodTellsEnds(IN_TWENTY_DAYS, IN_TWENTY_DAYS);

        assertThat(detect(mesh(east))).hasSize(1);
    }

    @Test
    void doesNotKnowOfAClusterThatFellSilent() {
        assertThat(detect(mesh(ending("east", IN_TWENTY_DAYS).silent())))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).containsExactly("cluster east: the collector is silent");
                });
    }

    private static TestCluster ending(String id, Instant at) {
        return cluster(id).trustsUntil("A", at);
    }

    private static List<Verdict> detect(MeshView view) {
        return new CaExpiring().detect(view).toList();
    }
}
