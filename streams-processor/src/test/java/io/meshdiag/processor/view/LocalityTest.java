package io.meshdiag.processor.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalityTest {
    private static final Locality EAST = new Locality(List.of("istio-system"), List.of());

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
        assertThat(EAST.keeps(namespace, service)).isEqualTo(stays);
    }
}
