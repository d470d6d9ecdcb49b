package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostsFileTest {
    private static final String HOSTS = """
            127.0.0.1 localhost
            # 10.0.0.9 istiod.istio-system.svc
            203.0.113.10   istiod.istio-system.svc istiod # east-west gateway
            2001:db8::10\tIstiod.Istio-System.svc
            not-an-address istiod.istio-system.svc
            """;

    @Test
    void findsWhatItSaysOfIstiod() throws Exception {
        assertThat(HostsFile.addresses(stream(HOSTS), "istiod.istio-system.svc:15012"))
                .containsExactly("203.0.113.10", "2001:db8::10");
    }

    @Test
    void findsNothingOfHostsThatAreLeftToDns() throws Exception {
        assertThat(HostsFile.addresses(stream(HOSTS), "istiod.example.com:15012"))
                .isEmpty();
        assertThat(HostsFile.addresses(stream(""), "istiod.istio-system.svc:15012"))
                .isEmpty();
    }
}
