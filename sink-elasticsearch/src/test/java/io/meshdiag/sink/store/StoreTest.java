package io.meshdiag.sink.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.meshdiag.sink.config.Secret;
import io.meshdiag.sink.config.StoreConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreTest {
    private HttpServer server;

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void anApiKeyGoesWithEveryRequest() throws Exception {
        URI uri = echo(HttpServer.create(free(), 0));

        assertThat(answer(new StoreConfig(
                        List.of(uri), new Secret("aWQ6a2V5"), "", Secret.NONE, Optional.empty(), false)))
                .isEqualTo("ApiKey aWQ6a2V5");
    }

    @Test
    void userAndPasswordGoWithEveryRequest() throws Exception {
        URI uri = echo(HttpServer.create(free(), 0));

        assertThat(answer(new StoreConfig(
                        List.of(uri), Secret.NONE, "sink", new Secret("hunter2"), Optional.empty(), false)))
                .isEqualTo(
                        "Basic " + Base64.getEncoder().encodeToString("sink:hunter2".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aNodeThatIsAwayIsLeftOut() throws Exception {
        URI uri = echo(HttpServer.create(free(), 0));
        URI away;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            away = URI.create("http://127.0.0.1:" + closed.getLocalPort());
        }

        try (Store store = new Store(StoreConfig.plain(away, uri))) {
            for (int i = 0; i < 4; i++) {
                assertThat(store.request("GET", "/", null).status()).isEqualTo(200);
            }
        }
    }

    @Test
    void aServerBelowOurOwnCaIsBelievedAndAnotherIsNot(@TempDir Path folder) throws Exception {
        URI uri = echo(https(folder));
        Path ca = folder.resolve("ca.pem");
        StoreConfig withCa = new StoreConfig(List.of(uri), new Secret("key"), "", Secret.NONE, Optional.of(ca), false);
        StoreConfig withoutCa =
                new StoreConfig(List.of(uri), new Secret("key"), "", Secret.NONE, Optional.empty(), false);
        StoreConfig insecure =
                new StoreConfig(List.of(uri), new Secret("key"), "", Secret.NONE, Optional.empty(), true);

        assertThat(answer(withCa)).isEqualTo("ApiKey key");
        assertThat(answer(insecure)).isEqualTo("ApiKey key");
        assertThatThrownBy(() -> answer(withoutCa)).isInstanceOf(SSLException.class);
    }

    @Test
    void aCaFileWithoutCertificatesIsSaidAtStart(@TempDir Path folder) throws Exception {
        URI uri = echo(HttpServer.create(free(), 0));
        Path empty = Files.writeString(folder.resolve("ca.pem"), "");
        StoreConfig config = new StoreConfig(List.of(uri), Secret.NONE, "", Secret.NONE, Optional.of(empty), false);

        assertThatThrownBy(() -> new Store(config)).hasMessageContaining("MESHDIAG_STORE_CA_FILE");
    }

    private URI echo(HttpServer with) {
        server = with;
        server.createContext("/", exchange -> {
            byte[] body = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"))
                    .getBytes(StandardCharsets.UTF_8);
            try (exchange) {
                exchange.sendResponseHeaders(200, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        String scheme = with instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
    }

    private static String answer(StoreConfig config) throws IOException {
        try (Store store = new Store(config)) {
            return store.request("GET", "/", null).text();
        }
    }

    private static InetSocketAddress free() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** A server with a certificate for 127.0.0.1, made by the JDK's keytool; the certificate is its own CA. */
    private static HttpsServer https(Path folder) throws Exception {
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Path keys = folder.resolve("keys.p12");
        run(
                keytool,
                "-genkeypair",
                "-alias",
                "es",
                "-keyalg",
                "EC",
                "-dname",
                "CN=es",
                "-ext",
                "san=ip:127.0.0.1",
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit");
        run(
                keytool,
                "-exportcert",
                "-rfc",
                "-alias",
                "es",
                "-file",
                folder.resolve("ca.pem").toString(),
                "-keystore",
                keys.toString(),
                "-storepass",
                "changeit");
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer https = HttpsServer.create(free(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(context));
        return https;
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }
}
