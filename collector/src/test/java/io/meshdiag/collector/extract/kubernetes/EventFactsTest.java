package io.meshdiag.collector.extract.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.fact.WebhookError;
import io.meshdiag.fact.WebhookErrorClass;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventFactsTest {
    private static final String HEADER =
            "NAMESPACE   LAST SEEN   TYPE      REASON                   OBJECT               SUBOBJECT   SOURCE"
                    + "                  MESSAGE   FIRST SEEN   COUNT   NAME\n";

    @Test
    void aFailedInjectionBecomesAWebhookError() throws Exception {
        WebhookError error = table(
                HEADER
                        + "shop        2m10s       Warning   FailedCreate             replicaset/web-6c9               "
                        + "replicaset-controller   Error creating: Internal error occurred: failed calling webhook"
                        + " \"namespace.sidecar-injector.istio.io\": failed to call webhook: Post"
                        + " \"https://istiod-canary.istio-system.svc:443/inject?timeout=10s\": x509: certificate signed by"
                        + " unknown authority   3h5m   42   web-6c9.17\n",
                WebhookError.class);

        assertThat(error.getWebhook()).isEqualTo("namespace.sidecar-injector.istio.io");
        assertThat(error.getErrorClass()).isEqualTo(WebhookErrorClass.BAD_CA);
        assertThat(error.getOperation()).isEqualTo("inject");
        assertThat(error.getServiceNamespace()).isEqualTo("istio-system");
        assertThat(error.getServiceName()).isEqualTo("istiod-canary");
        assertThat(error.getObjectKind()).isEqualTo("ReplicaSet");
        assertThat(error.getCount()).isEqualTo(42);
        assertThat(error.getLastAt()).isEqualTo(TestPages.AT.minus(Duration.ofSeconds(130)));
        assertThat(error.getFirstAt()).isEqualTo(TestPages.AT.minus(Duration.ofMinutes(185)));
    }

    @Test
    void severalEventsOfOneObjectAreOneFactWithTheirSum() throws Exception {
        String row = "shop   %s   Warning   FailedCreate   replicaset/web-6c9   replicaset-controller   Error creating:"
                + " Internal error occurred: failed calling webhook \"namespace.sidecar-injector.istio.io\": Post"
                + " https://istiod.istio-system.svc:443/inject?timeout=30s: context deadline exceeded   %s   %d   x\n";

        WebhookError error =
                table(HEADER + row.formatted("10m", "20m", 3) + row.formatted("1m", "9m", 4), WebhookError.class);

        assertThat(error.getCount()).isEqualTo(7);
        assertThat(error.getErrorClass()).isEqualTo(WebhookErrorClass.TIMEOUT);
        assertThat(error.getFirstAt()).isEqualTo(TestPages.AT.minus(Duration.ofMinutes(20)));
        assertThat(error.getLastAt()).isEqualTo(TestPages.AT.minus(Duration.ofMinutes(1)));
    }

    @Test
    void aSandboxThatIstioCniBrokeNamesItsNode() throws Exception {
        CniEvent event = table(
                HEADER
                        + "shop        30s         Warning   FailedCreatePodSandBox   pod/web-1                        "
                        + "kubelet, node-7         (combined from similar events): Failed to create pod sandbox: rpc error:"
                        + " code = Unknown desc = failed to setup network for sandbox"
                        + " \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\": plugin type=\"istio-cni\""
                        + " name=\"istio-cni\" failed (add): dial tcp 10.96.0.1:443: i/o timeout   12m   9   web-1.1\n",
                CniEvent.class);

        assertThat(event.getKind()).isEqualTo(CniEventKind.SANDBOX_FAILED);
        assertThat(event.getNode()).isEqualTo("node-7");
        assertThat(event.getPod()).isEqualTo("shop/web-1");
        assertThat(event.getSignature()).doesNotContain("0123456789abcdef", "10.96.0.1", "combined");
    }

    @Test
    void otherEventsAndBrokenRowsGiveNothing() throws Exception {
        assertThat(
                        rows(
                                HEADER
                                        + "shop   5m   Normal   Pulled   pod/web-1   spec.containers{web}   kubelet, n1   Container image"
                                        + "  pulled   5m   1   x\n"
                                        + "continued line of a message\n"
                                        + "shop   5m   Warning   FailedCreatePodSandBox   pod/web-1   kubelet, n1   calico failed   5m   1   x\n"))
                .isEmpty();
    }

    @Test
    void eventObjectsCountAsRowsDo() throws Exception {
        CniEvent event = Kube.one(CniEvent.class, """
                kind: Event
                involvedObject: {kind: Pod, name: web-1, namespace: shop}
                reason: DeleteBrokenPod
                message: pod detected as broken, deleted
                source: {component: cni-repair}
                firstTimestamp: "2026-08-22T14:00:00Z"
                lastTimestamp: "2026-08-22T14:30:00Z"
                count: 3
                """);

        assertThat(event.getKind()).isEqualTo(CniEventKind.REPAIR_DELETED);
        assertThat(event.getCount()).isEqualTo(3);
        assertThat(event.getLastAt()).isEqualTo("2026-08-22T14:30:00Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "context deadline exceeded                                                    | TIMEOUT",
                "dial tcp 10.0.0.1:15017: i/o timeout                                         | TIMEOUT",
                "dial tcp 10.0.0.1:443: connect: connection refused                           | REFUSED",
                "dial tcp 10.0.0.1:443: connect: no route to host                             | NETWORK",
                "no endpoints available for service \"istiod\"                                | NO_ENDPOINTS",
                "service \"istiod-1-20\" not found                                            | NO_SERVICE",
                "tls: failed to verify certificate: x509: certificate signed by unknown authority | BAD_CA",
                "x509: certificate has expired or is not yet valid: current time              | BAD_CERT",
                "x509: certificate is valid for istiod, not istiod-2                          | BAD_CERT",
                "EOF                                                                          | PROTOCOL",
                "Service Unavailable                                                          | PROXY",
                "the server could not find the requested resource                             | WRONG_PATH",
                "expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview       | VERSION",
                "something that nobody has seen yet                                           | OTHER",
            })
    void causesAreClassedByTheirWords(String cause, WebhookErrorClass expected) {
        assertThat(WebhookErrorClassifier.classify(cause)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"45s,45", "5m12s,312", "3h5m,11100", "2d4h,187200", "<unknown>,0"})
    void agesAreReadAsKubectlPrintsThem(String age, long seconds) {
        assertThat(EventTable.age(age)).hasSeconds(seconds);
    }

    private static <T> T table(String page, Class<T> kind) throws Exception {
        List<T> facts = TestPages.only(kind, rows(page));
        assertThat(facts).hasSize(1);
        return facts.get(0);
    }

    private static List<SpecificRecord> rows(String page) throws Exception {
        List<SpecificRecord> facts = new ArrayList<>();
        KubernetesFacts cluster = new KubernetesFacts(TestPages.ORIGIN, "test");
        cluster.events().parse(TestPages.stream(page), TestPages.ORIGIN, facts::add);
        cluster.finish(facts::add);
        return facts.stream()
                .filter(f -> f instanceof CniEvent || f instanceof WebhookError)
                .toList();
    }
}
