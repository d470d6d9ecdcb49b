package io.meshdiag.sink.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.meshdiag.sink.config.StoreConfig;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.store.Store;
import io.meshdiag.sink.store.StoreFlavor;
import io.meshdiag.sink.store.StoreFlavor.Feature;
import io.meshdiag.sink.store.StoreFlavor.Product;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the test distributions lack, ILM and ISM, against recorded answers of servers that have it; the rest is in the tests with real servers. */
class SinkSetupTest {
    private final Map<String, String> bodies = new ConcurrentHashMap<>();
    private final Map<String, String> answers = new LinkedHashMap<>();
    private HttpServer server;
    private Store store;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            bodies.put(request, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String answer =
                    answers.getOrDefault(request, exchange.getRequestMethod().equals("PUT") ? "200 {}" : "404 {}");
            byte[] body = exchange.getRequestMethod().equals("HEAD")
                    ? new byte[0]
                    : answer.substring(4).getBytes(StandardCharsets.UTF_8);
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(
                        Integer.parseInt(answer.substring(0, 3)), body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        store = new Store(StoreConfig.plain(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort())));
    }

    @AfterEach
    void stop() throws IOException {
        store.close();
        server.stop(0);
    }

    @Test
    void elasticsearchWithIlmDeletesOldMonthsByPolicy() throws IOException {
        answers.put("GET /", "200 {\"version\":{\"number\":\"9.2.1\"},\"tagline\":\"You Know, for Search\"}");
        answers.put("GET /_ilm/status", "200 {\"operation_mode\":\"RUNNING\"}");

        StoreFlavor flavor = setup().run();

        assertThat(flavor.product()).isEqualTo(Product.ELASTICSEARCH);
        assertThat(flavor.version()).isEqualTo("9.2.1");
        assertThat(flavor.has(Feature.ILM)).isTrue();
        assertThat(bodies.get("PUT /_ilm/policy/meshdiag-finding-history")).contains("\"min_age\":\"30d\"");
        assertThat(bodies.get("PUT /_index_template/meshdiag-finding-history"))
                .contains("\"index.lifecycle.name\":\"meshdiag-finding-history\"");
        assertThat(bodies.get("PUT /_index_template/meshdiag-findings")).doesNotContain("lifecycle");
    }

    @Test
    void openSearchWithIsmReplacesThePolicyThatIsThere() throws IOException {
        answers.put("GET /", "200 {\"version\":{\"distribution\":\"opensearch\",\"number\":\"3.1.0\"}}");
        answers.put("GET /_plugins/_ism/policies", "200 {\"policies\":[],\"total_policies\":0}");
        answers.put(
                "GET /_plugins/_ism/policies/meshdiag-finding-history",
                "200 {\"_seq_no\":7,\"_primary_term\":1,\"policy\":{}}");

        StoreFlavor flavor = setup().run();

        assertThat(flavor.has(Feature.ISM)).isTrue();
        assertThat(bodies.get("PUT /_plugins/_ism/policies/meshdiag-finding-history?if_seq_no=7&if_primary_term=1"))
                .contains("\"min_index_age\":\"30d\"")
                .contains("meshdiag-finding-history-*");
        assertThat(bodies.get("PUT /_component_template/meshdiag-findings"))
                .contains("flat_object")
                .doesNotContain("flattened");
    }

    @Test
    void anIndexThatIsThereLearnsNewFieldsAndIsNotMadeAgain() throws IOException {
        answers.put("GET /", "200 {\"version\":{\"number\":\"8.19.0\"}}");
        answers.put("HEAD /_alias/meshdiag-findings", "200 ");

        setup().run();

        assertThat(bodies)
                .containsKey("PUT /meshdiag-findings/_mapping")
                .doesNotContainKey("PUT /meshdiag-findings-v1");
    }

    @Test
    void aRefusalSaysWhatWasRefusedAndWhatToDo() {
        answers.put("GET /", "200 {\"version\":{\"number\":\"8.19.0\"}}");
        answers.put(
                "PUT /_component_template/meshdiag-settings",
                "403 {\"error\":{\"type\":\"security_exception\",\"reason\":\"action is unauthorized\"}}");

        assertThatThrownBy(() -> setup().run())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("PUT /_component_template/meshdiag-settings with status 403")
                .hasMessageContaining("security_exception")
                .hasMessageContaining("MESHDIAG_SETUP=false");
    }

    @Test
    void somethingElseThanAStoreIsRecognized() {
        answers.put("GET /", "200 <html>hello</html>");

        assertThatThrownBy(() -> setup().run()).hasMessageContaining("MESHDIAG_STORE_HOSTS must lead to");
    }

    private SinkSetup setup() {
        return new SinkSetup(store, new Indices("meshdiag-"), 30, List.of("findings"));
    }
}
