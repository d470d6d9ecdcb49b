package io.meshdiag.processor.detect.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalityTest {
    private static final ClusterSummary EAST = ClusterSummary.newBuilder()
            .setMeshId("mesh1")
            .setClusterId("east")
            .setClusterUid("east-uid")
            .setAsOf(Instant.EPOCH)
            .setComplete(true)
            .setSilent(false)
            .setMode(CollectorMode.ARCHIVE)
            .setIstiodNamespaces(List.of("istio-system"))
            .build();

    @ParameterizedTest
    @CsvSource({
        "kube-system, kube-dns, true",
        "default, kubernetes, true",
        "istio-system, istiod, true",
        "istio-system, istiod-1-28, true",
        "istio-system, istio-eastwestgateway, false",
        "shop, istiod-dashboard, false"
    })
    void whatIstioKeepsInTheClusterByItself(String namespace, String service, boolean stays) {
        assertThat(Locality.keepsToItself(EAST, namespace, service, List.of())).isEqualTo(stays);
    }
}
