package io.meshdiag.collector.extract.istiod;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.ProxyName;
import io.meshdiag.collector.extract.TestPages;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionsPageTest {
    private static final ProxyName WEB = new ProxyName("shop", "web-0");

    private static String page(String... ids) {
        return Stream.of(ids)
                .map("{\"connectionId\":\"%s\",\"address\":\"10.0.0.1:4711\"}"::formatted)
                .collect(Collectors.joining(",", "{\"totalClients\":9,\"clients\":[", "]}"));
    }

    @Test
    void findsTheConnectionOfAProxyAmongThoseThatContainItsName() throws Exception {
        String page = page("my-web-0.shop-36", "web-0.shop-2-5", "web-0.shop-37", "web-0.shop2-4", "web-01.shop-3");

        assertThat(ConnectionsPage.idOf(WEB, TestPages.stream(page))).hasValue("web-0.shop-37");
    }

    @ParameterizedTest
    @ValueSource(strings = {"my-web-0.shop-37", "web-0.shop-371"})
    void doesNotAskWhenTheIdIsPartOfAnother(String other) throws Exception {
        assertThat(ConnectionsPage.idOf(WEB, TestPages.stream(page("web-0.shop-37", other))))
                .isEmpty();
    }

    @Test
    void aProxyWithTwoConnectionsHasNone() throws Exception {
        assertThat(ConnectionsPage.idOf(WEB, TestPages.stream(page("web-0.shop-3", "web-0.shop-9"))))
                .isEmpty();
    }

    @Test
    void aProxyThatIsElsewhereHasNone() throws Exception {
        assertThat(ConnectionsPage.idOf(WEB, TestPages.stream("{\"totalClients\":0,\"clients\":null}")))
                .isEmpty();
    }
}
