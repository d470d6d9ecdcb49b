package io.meshdiag.processor.detect.webhook;

import static io.meshdiag.fact.CaBundleState.EMPTY;
import static io.meshdiag.fact.CaBundleState.VALID;
import static io.meshdiag.fact.WebhookKind.MUTATING;
import static io.meshdiag.fact.WebhookKind.VALIDATING;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.WebhookErrorClass;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookWithoutEndpointsTest {
    @Test
    void namesTheServiceThatHasNobodyReadyAndWhatFailsSoFar() {
        var verdicts = detect(cluster("east")
                .webhook(MUTATING, VALID, "A")
                .istiodService(0)
                .failedCall(WebhookErrorClass.NO_ENDPOINTS));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.scopeKey()).isEqualTo("east-uid|MUTATING|istio-sidecar-injector");
            assertThat(v.title())
                    .isEqualTo("Webhook istio-sidecar-injector in cluster east calls istio-system/istiod,"
                            + " which has no ready endpoint");
            assertThat(v.description()).contains("New pods are not created where injection is on.");
            assertThat(v.affected().getSamples()).containsExactly("ReplicaSet shop/web-6c9");
            assertThat(v.steps())
                    .extracting(RemediationStep::getCommand)
                    .contains("kubectl --context=east --namespace=istio-system get pods --selector=app=istiod"
                            + " --output=wide");
        });
    }

    @Test
    void isSilentWhileOnePodIsReady() {
        assertThat(detect(cluster("east").webhook(MUTATING, VALID, "A").istiodService(1)))
                .isEmpty();
    }

    @Test
    void isSilentOnceThePodsAreBackAlthoughEventsStillTellOfFailedCalls() {
        assertThat(detect(cluster("east")
                        .webhook(MUTATING, VALID, "A")
                        .istiodService(2)
                        .failedCall(WebhookErrorClass.NO_ENDPOINTS)))
                .isEmpty();
    }

    @Test
    void reportsAWebhookWhoseServiceDoesNotExist() {
        assertThat(detect(cluster("east").webhook(MUTATING, VALID, "A").hasReviews(1)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.title()).endsWith("which does not exist");
                    assertThat(v.steps())
                            .extracting(RemediationStep::getCommand)
                            .last()
                            .isEqualTo("kubectl --context=east delete"
                                    + " mutatingwebhookconfiguration/istio-sidecar-injector");
                });
    }

    @Test
    void isMilderForAValidatorThatFailsOpen() {
        var east = cluster("east").webhook(VALIDATING, EMPTY, "Ignore", b -> b).istiodService(0);

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.description()).contains("Istio resources are no longer validated.");
        });
    }

    @Test
    void leavesDeactivatedWebhooksAndUrlsAlone() {
        assertThat(detect(cluster("east")
                        .webhook(MUTATING, VALID, "Fail", b -> b.setActive(false))
                        .istiodService(0)))
                .isEmpty();
        assertThat(detect(cluster("east")
                        .webhook(MUTATING, VALID, "Fail", b -> {
                            b.getEntries().get(0).setServiceName(null);
                            b.getEntries().get(0).setUrlHost("istiod.example.com");
                            return b;
                        })
                        .istiodService(0)))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenServicesCouldNotBeRead() {
        var east = cluster("east").webhook(MUTATING, VALID, "A").source("kubernetes/resources", SourceState.FORBIDDEN);

        assertThat(detect(east)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
            assertThat(v.missing()).anyMatch(m -> m.contains("kubernetes/resources is FORBIDDEN"));
        });
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new WebhookWithoutEndpoints().detect(cluster.view()).toList();
    }
}
