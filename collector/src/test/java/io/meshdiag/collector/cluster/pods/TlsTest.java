package io.meshdiag.collector.cluster.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An istiod whose debug port serves TLS, with the certificate that istiod has. */
class TlsTest {
    private static final String IP = "127.77.3.1";
    private static final Pod ISTIOD = Pods.istiod("istiod-1", IP);
    private static final Identity OUR_CA = TestCertificates.root("ours");
    private static final Identity ANOTHER_CA = TestCertificates.root("another");

    @TempDir
    private Path folder;

    private final KubernetesClient client =
            new KubernetesClientBuilder().withConfig(Config.empty()).build();
    private final AtomicInteger requests = new AtomicInteger();
    private HttpsServer server;

    @AfterEach
    void close() {
        server.stop(0);
        client.close();
    }

    @Test
    void aServerOfTheConfiguredAuthorityIsAsked() throws Exception {
        serve(TestCertificates.server(OUR_CA, "istiod.istio-system.svc"), OUR_CA);

        try (InputStream page = access().get(ISTIOD, 15014, "/debug/syncz")) {
            assertThat(new String(page.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("[]");
        }
    }

    @Test
    void aServerOfAnotherAuthorityIsNotShownTheToken() throws Exception {
        serve(TestCertificates.server(ANOTHER_CA, "istiod.istio-system.svc"), ANOTHER_CA);

        assertThatThrownBy(() -> access().get(ISTIOD, 15014, "/debug/syncz"))
                .isInstanceOf(PageException.class)
                .hasMessageContaining("is it TLS with a certificate of the configured authority?");
        assertThat(requests).hasValue(0);
    }

    @Test
    void aServerThatIsNotIstiodIsNotShownTheToken() throws Exception {
        serve(TestCertificates.server(OUR_CA, "web.shop.svc"), OUR_CA);

        assertThatThrownBy(() -> access().get(ISTIOD, 15014, "/debug/syncz")).isInstanceOf(PageException.class);
        assertThat(requests).hasValue(0);
    }

    private void serve(Identity identity, Identity issuer) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("server", identity.keys().getPrivate(), new char[0], new Certificate[] {
            identity.certificate(), issuer.certificate()
        });
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(IP, 15014), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            ScriptedServer.send(exchange, 200, "[]");
            exchange.close();
        });
        server.start();
    }

    private ClusterPodAccess access() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "a.b.c");
        Path ca = Files.writeString(folder.resolve("ca.pem"), OUR_CA.pem());
        return new ClusterPodAccess(
                client,
                new AccessSettings(
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(40),
                        1_000,
                        1_000,
                        1_000,
                        Duration.ofMinutes(1),
                        Map.of(PodRole.ISTIOD, List.of(Way.DIRECT)),
                        new IstiodToken(token, Set.of("istio-system"), null, ca)),
                InstantSource.system());
    }
}
