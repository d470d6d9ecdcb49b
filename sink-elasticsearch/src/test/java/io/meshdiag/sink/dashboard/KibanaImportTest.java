package io.meshdiag.sink.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meshdiag.sink.config.Secret;
import io.meshdiag.sink.config.StoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kibana's part is played by a server that answers as its documentation says; Kibana itself cannot be had from Maven Central. */
class KibanaImportTest {
    private static final StoreConfig WITH_KEY =
            new StoreConfig(List.of(), new Secret("aWQ6a2V5"), "", Secret.NONE, Optional.empty(), false);
    private static final String TAKEN = "{\"success\":true,\"successCount\":2}";

    private final AtomicReference<String> seen = new AtomicReference<>();
    private HttpServer server;
    private int status = 200;
    private String body = TAKEN;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void objectsGoAsAFileToTheImportOfTheSpace() throws IOException {
        int imported = new KibanaImport(uri("/base/s/ops/"), WITH_KEY).run("{\"id\":1}\n{\"id\":2}\n");

        assertThat(imported).isEqualTo(2);
        assertThat(seen.get())
                .startsWith("POST /base/s/ops/api/saved_objects/_import?overwrite=true\n")
                .contains("kbn-xsrf=meshdiag\n")
                .contains("authorization=ApiKey aWQ6a2V5\n")
                .contains("content-type=multipart/form-data; boundary=meshdiag-saved-objects\n")
                .contains("\r\nContent-Disposition: form-data; name=\"file\"; filename=\"meshdiag.ndjson\"\r\n")
                .contains("\r\n\r\n{\"id\":1}\n{\"id\":2}\n\r\n--meshdiag-saved-objects--\r\n");
    }

    @Test
    void basicAuthenticationIsUsedWhereThereIsNoKey() throws IOException {
        StoreConfig basic =
                new StoreConfig(List.of(), Secret.NONE, "elastic", new Secret("pass"), Optional.empty(), false);

        new KibanaImport(uri(""), basic).run("{}");

        assertThat(seen.get()).contains("authorization=Basic ZWxhc3RpYzpwYXNz\n");
    }

    @Test
    void objectsThatKibanaRefusesAreNamedWithTheReason() {
        body =
                "{\"success\":false,\"successCount\":1,\"errors\":[{\"id\":\"meshdiag-incidents\",\"type\":\"dashboard\","
                        + "\"error\":{\"type\":\"missing_references\"}}]}";

        assertThatThrownBy(() -> new KibanaImport(uri(""), WITH_KEY).run("{}"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "Kibana took 1 saved objects and refused 1: [dashboard meshdiag-incidents: missing_references]");
    }

    @Test
    void refusedCredentialsSayWhichPrivilegeIsMissing() {
        status = 403;
        body = "{\"statusCode\":403,\"error\":\"Forbidden\",\"message\":\"Unable to bulk_create\"}";

        assertThatThrownBy(() -> new KibanaImport(uri(""), WITH_KEY).run("{}"))
                .hasMessageContaining("status 403")
                .hasMessageContaining("Saved Objects Management")
                .hasMessageNotContaining("aWQ6a2V5");
    }

    @Test
    void anotherServerThanKibanaIsSaidToBeOne() {
        status = 404;
        body = "<html>nginx</html>";

        assertThatThrownBy(() -> new KibanaImport(uri(""), WITH_KEY).run("{}"))
                .hasMessageContaining("status 404")
                .hasMessageContaining("is there Kibana at this address");
    }

    @Test
    void aServerThatIsAwayIsNamed() {
        URI away = uri("");
        server.stop(0);

        assertThatThrownBy(() -> new KibanaImport(away, WITH_KEY).run("{}"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Kibana at " + away + " does not answer");
    }

    @Test
    void credentialsDoNotTravelOverPlainHttp() {
        assertThatThrownBy(() -> new KibanaImport(URI.create("http://kibana.example:5601"), WITH_KEY))
                .hasMessageContaining("plain HTTP")
                .hasMessageContaining("https://");
    }

    @Test
    void credentialsInTheAddressAreRefused() {
        assertThatThrownBy(() -> new KibanaImport(URI.create("https://elastic:secret@kibana:5601"), WITH_KEY))
                .hasMessageContaining("MESHDIAG_STORE_API_KEY")
                .hasMessageNotContaining("secret@");
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private void answer(HttpExchange exchange) throws IOException {
        StringBuilder request = new StringBuilder();
        request.append(exchange.getRequestMethod())
                .append(' ')
                .append(exchange.getRequestURI())
                .append('\n');
        for (String header : List.of("Kbn-xsrf", "Authorization", "Content-type")) {
            request.append(header.toLowerCase(java.util.Locale.ROOT))
                    .append('=')
                    .append(exchange.getRequestHeaders().getFirst(header))
                    .append('\n');
        }
        request.append(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        seen.set(request.toString());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
