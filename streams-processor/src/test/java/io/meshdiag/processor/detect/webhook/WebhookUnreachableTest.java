package io.meshdiag.processor.detect.webhook;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.WebhookErrorClass;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookUnreachableTest {
    @Test
    void namesTheWebhookWhoseCallsTimeOutAlthoughIstiodIsReady() {
        var verdicts = detect(cluster("east").istiodService(2).failedCall(WebhookErrorClass.TIMEOUT));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.title())
                    .isEqualTo("The API server of cluster east cannot reach webhook"
                            + " namespace.sidecar-injector.istio.io");
            assertThat(v.description())
                    .startsWith("7 call(s) for 1 object(s) failed (TIMEOUT) on the way to Service istio-system/istiod");
            assertThat(v.affected().getSamples()).containsExactly("ReplicaSet shop/web-6c9");
            assertThat(v.since()).contains(NOW.minusSeconds(500));
            assertThat(v.judgeAgainAt()).contains(NOW.minusSeconds(10).plus(WebhookUnreachable.RETRIED_WITHIN));
        });
    }

    @Test
    void isSilentWhenNobodyIsReadyBehindTheService() {
        assertThat(detect(cluster("east").istiodService(0).failedCall(WebhookErrorClass.TIMEOUT)))
                .isEmpty();
    }

    @Test
    void isSilentOnceCallsStoppedFailingForLongerThanAnyRetryTakes() {
        var last = NOW.minus(WebhookUnreachable.RETRIED_WITHIN);

        assertThat(detect(cluster("east").istiodService(2).failedCall(WebhookErrorClass.REFUSED, last)))
                .isEmpty();
        assertThat(detect(cluster("east").istiodService(2).failedCall(WebhookErrorClass.REFUSED, last.plusMillis(1))))
                .hasSize(1);
    }

    @Test
    void leavesErrorsOfAnotherClassToOtherRules() {
        assertThat(detect(cluster("east")
                        .istiodService(2)
                        .failedCall(WebhookErrorClass.BAD_CA)
                        .failedCall(WebhookErrorClass.DENIED)))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhileTheCollectorIsSilent() {
        assertThat(detect(cluster("east")
                        .istiodService(2)
                        .failedCall(WebhookErrorClass.TIMEOUT)
                        .silent()))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new WebhookUnreachable().detect(cluster.view()).toList();
    }
}
