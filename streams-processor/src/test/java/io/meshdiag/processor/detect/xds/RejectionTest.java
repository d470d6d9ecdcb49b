package io.meshdiag.processor.detect.xds;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RejectionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "0.0.0.0_80: bad filter # 10.96.0.1_443: bad filter",
                "[fd00::1]:8080: bad filter # [fd00:10:96::a]:443: bad filter",
                "outbound|9080|v1|reviews.shop.svc.cluster.local: no hosts # outbound|80||web.front.svc.cluster.local: no hosts",
                "pod web-6c9f8d7b5-x2x4z failed # pod web-7d8e9f6c4-ab12c failed",
                "push 5f1c1a9e-0a4e-4a5e-9d2e-3d1c5b7a9e10 refused # push 6a2d2b8f-1b5f-4b6f-8e3f-4e2d6c8b0f21 refused",
                "code hash 8f3a9c1de0 unknown # code hash 77b1e4d209 unknown",
            })
    void ignoresWhatDiffersBetweenProxies(String one, String other) {
        assertThat(Rejection.of(one)).isEqualTo(Rejection.of(other));
    }

    @Test
    void keepsWhatTellsFaultsApart() {
        assertThat(Rejection.of("Didn't find a registered implementation for 'envoy.filters.http.custom'"))
                .isNotEqualTo(Rejection.of("Didn't find a registered implementation for 'envoy.filters.http.other'"));
    }

    @Test
    void doesNotCountHowManyListenersHaveTheSameFault() {
        String one = "Internal:Error adding/updating listener(s) 0.0.0.0_80: bad filter\n";
        String three = one + "0.0.0.0_443: bad filter\n10.96.0.7_9090: bad filter\n";

        assertThat(Rejection.of(three)).isEqualTo(Rejection.of(one));
        assertThat(Rejection.of(one).text()).isEqualTo("<address>: bad filter");
    }

    @Test
    void readsEnvoysOwnWordsAsTheSameFaultAsIstiods() {
        assertThat(Rejection.of("0.0.0.0_80: bad filter"))
                .isEqualTo(Rejection.of("Internal:Error adding/updating listener(s) 0.0.0.0_80: bad filter"));
    }

    @Test
    void staysShortAndPrintableWhateverEnvoySays() {
        Rejection rejection = Rejection.of("bad \u001b[31m\u202e" + "x".repeat(5000));

        assertThat(rejection.text()).hasSizeLessThanOrEqualTo(300).doesNotContain("\u001b", "\u202e");
        assertThat(rejection.hash()).matches("[0-9a-f]{12}");
    }
}
