package io.meshdiag.processor.detect.webhook;

import static io.meshdiag.fact.CaBundleState.EMPTY;
import static io.meshdiag.fact.CaBundleState.INVALID;
import static io.meshdiag.fact.CaBundleState.VALID;
import static io.meshdiag.fact.WebhookKind.MUTATING;
import static io.meshdiag.fact.WebhookKind.VALIDATING;
import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.WebhookErrorClass;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookCaBundleWrongTest {
    @Test
    void namesTheWebhookWhoseBundleIsOfAnotherRootAndItsWriter() {
        var verdicts = detect(east().webhook(MUTATING, VALID, "B").failedCall(WebhookErrorClass.BAD_CA));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.scopeKey()).isEqualTo("east-uid|MUTATING|istio-sidecar-injector");
            assertThat(v.title())
                    .isEqualTo(
                            "caBundle of webhook istio-sidecar-injector in cluster east is of another root than istiod's");
            assertThat(v.description())
                    .contains("New pods are not created where injection is on.")
                    .contains("Last written by argocd-controller")
                    .contains("not by istiod.");
            assertThat(v.affected().getSamples()).containsExactly("ReplicaSet shop/web-6c9");
            assertThat(v.evidence()).hasSize(3);
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo("kubectl --context=east --namespace=istio-system rollout restart deployment"
                            + " --selector=app=istiod,istio.io/rev=default");
        });
    }

    @Test
    void isSilentWhenTheBundleHoldsIstiodsRoot() {
        assertThat(detect(east().webhook(MUTATING, VALID, "A"))).isEmpty();
    }

    @Test
    void isSilentDuringARotationWithBothRootsInTheBundle() {
        assertThat(detect(east().webhook(MUTATING, VALID, "old", "A"))).isEmpty();
    }

    @Test
    void reportsABundleThatWasEmptiedOrIsUnreadable() {
        assertThat(detect(east().webhook(MUTATING, EMPTY))).singleElement().satisfies(v -> assertThat(v.title())
                .endsWith("is empty"));
        assertThat(detect(east().webhook(MUTATING, INVALID))).hasSize(1);
    }

    @Test
    void isSilentForAValidatorAsItIsInstalled() {
        assertThat(detect(east().webhook(VALIDATING, EMPTY, "Ignore", b -> b))).isEmpty();
        assertThat(detect(east().webhook(VALIDATING, EMPTY, "Fail", b -> b)))
                .singleElement()
                .matches(v -> v.severity() == Severity.HIGH);
    }

    @Test
    void reportsAnExpiredRootAlthoughItIsTheRightOne() {
        var east = east().webhook(
                        MUTATING,
                        VALID,
                        "Fail",
                        b -> {
                            b.getEntries().get(0).getCaBundle().get(0).setNotAfter(NOW.minusMillis(1));
                            return b;
                        },
                        "A");

        assertThat(detect(east)).singleElement().satisfies(v -> assertThat(v.title())
                .endsWith("has expired"));
    }

    @Test
    void isSilentForARootThatExpiresThisMoment() {
        var east = east().webhook(
                        MUTATING,
                        VALID,
                        "Fail",
                        b -> {
                            b.getEntries().get(0).getCaBundle().get(0).setNotAfter(NOW);
                            return b;
                        },
                        "A");

        assertThat(detect(east)).isEmpty();
    }

    @Test
    void leavesDeactivatedWebhooksAndUrlsAlone() {
        assertThat(detect(east().webhook(MUTATING, EMPTY, "Fail", b -> b.setActive(false))))
                .isEmpty();
        assertThat(detect(east().webhook(MUTATING, EMPTY, "Fail", b -> {
                    b.getEntries().get(0).setServiceName(null);
                    b.getEntries().get(0).setUrlHost("istiod.example.com");
                    return b;
                })))
                .isEmpty();
    }

    @Test
    void prefersTheRootOfIstiodsOwnNamespaceToACopyThatMayBeStale() {
        assertThat(detect(east().rootConfigMap("shop", "old").webhook(MUTATING, VALID, "old")))
                .hasSize(1);
        assertThat(detect(cluster("east").rootConfigMap("shop", "A").webhook(MUTATING, VALID, "A")))
                .isEmpty();
    }

    @Test
    void doesNotKnowWithoutIstiodsRoot() {
        assertThat(detect(cluster("east").webhook(MUTATING, VALID, "A")))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing())
                            .containsExactly("cluster east: istiod's root (ConfigMap istio-ca-root-cert)");
                });
    }

    @Test
    void isLessSureWhenIstiodItselfWroteTheBundleAndNoCallFailed() {
        var written = east().webhook(
                        MUTATING,
                        VALID,
                        "Fail",
                        b -> {
                            b.getLastWriter().setManager("pilot-discovery");
                            return b;
                        },
                        "B");

        assertThat(detect(written)).singleElement().matches(v -> v.confidence() < 1);
        assertThat(detect(written.failedCall(WebhookErrorClass.BAD_CA)))
                .singleElement()
                .matches(v -> v.confidence() == 1);
    }

    private static TestCluster east() {
        return cluster("east").rootConfigMap("istio-system", "A");
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new WebhookCaBundleWrong().detect(cluster.view()).toList();
    }
}
