package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailoverWithoutOutlierDetectionTest {
    private static final String FAILOVER =
            "\"loadBalancer\":{\"localityLbSetting\":{\"failover\":[{\"from\":\"eu\",\"to\":\"us\"}]}}";

    @Test
    void firesOncePerNamespace() {
        assertThat(detect(rule("cart", policy(FAILOVER)).destinationRule("web", policy(FAILOVER))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.scopeKey()).isEqualTo("east-uid|shop");
                    assertThat(v.title())
                            .isEqualTo("2 DestinationRule(s) in shop of east set failover without outlier detection");
                    assertThat(v.subject().getName()).isEqualTo("cart");
                    assertThat(v.affected().getSamples()).containsExactly("h", "h");
                    assertThat(v.steps().get(0).getCommand())
                            .startsWith("kubectl --context=east --namespace=shop patch destinationrule cart ");
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"host\":\"h\",\"trafficPolicy\":{\"loadBalancer\":{\"localityLbSetting\":"
                        + "{\"failoverPriority\":[\"topology.kubernetes.io/region\"]}}}}",
                // A port takes nothing over from the host.
                "{\"host\":\"h\",\"trafficPolicy\":{\"outlierDetection\":{},\"portLevelSettings\":[{\"loadBalancer\":"
                        + "{\"localityLbSetting\":{\"failover\":[{\"from\":\"eu\",\"to\":\"us\"}]}}}]}}",
                "{\"host\":\"h\",\"subsets\":[{\"name\":\"v1\",\"trafficPolicy\":{\"loadBalancer\":"
                        + "{\"localityLbSetting\":{\"failover\":[{\"from\":\"eu\",\"to\":\"us\"}]}}}}]}"
            })
    void firesForEveryPlaceWhereFailoverCanBeSet(String spec) {
        assertThat(detect(rule("cart", spec))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // That near endpoints are preferred is by design, and the default.
                "{\"host\":\"h\",\"trafficPolicy\":{\"loadBalancer\":{\"localityLbSetting\":{\"enabled\":true}}}}",
                "{\"host\":\"h\",\"trafficPolicy\":{\"outlierDetection\":{\"interval\":\"10s\"},\"loadBalancer\":"
                        + "{\"localityLbSetting\":{\"failover\":[{\"from\":\"eu\",\"to\":\"us\"}]}}}}",
                "{\"host\":\"h\",\"trafficPolicy\":{\"loadBalancer\":{\"localityLbSetting\":"
                        + "{\"enabled\":false,\"failover\":[{\"from\":\"eu\",\"to\":\"us\"}]}}}}",
                // Weights work without outlier detection.
                "{\"host\":\"h\",\"trafficPolicy\":{\"loadBalancer\":{\"localityLbSetting\":"
                        + "{\"distribute\":[{\"from\":\"eu/*\",\"to\":{\"us/*\":100}}]}}}}",
                // A subset takes over what it does not set.
                "{\"host\":\"h\",\"trafficPolicy\":{\"outlierDetection\":{}},\"subsets\":[{\"trafficPolicy\":"
                        + "{\"loadBalancer\":{\"localityLbSetting\":{\"failover\":[{\"from\":\"eu\",\"to\":\"us\"}]}}}}]}",
                "{\"host\":\"cut off"
            })
    void isSilentOtherwise(String spec) {
        assertThat(detect(rule("cart", spec))).isEmpty();
    }

    @Test
    void doesNotKnowWhenIstiosObjectsCannotBeReadThisTime() {
        assertThat(detect(rule("cart", policy(FAILOVER)).source("kubernetes/custom-resources", SourceState.FORBIDDEN)))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static String policy(String settings) {
        return "{\"host\":\"h\",\"trafficPolicy\":{" + settings + "}}";
    }

    private static TestCluster rule(String name, String spec) {
        return cluster("east").destinationRule(name, spec);
    }

    private static List<Verdict> detect(TestCluster cluster) {
        return new FailoverWithoutOutlierDetection().detect(cluster.view()).toList();
    }
}
