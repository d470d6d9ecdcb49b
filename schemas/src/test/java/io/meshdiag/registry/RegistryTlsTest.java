package io.meshdiag.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server with a certificate of a private authority, which wants one from its clients too. */
class RegistryTlsTest {
    private final TestAuthority authority = new TestAuthority();
    private FaultyServer server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws Exception {
        server = new FaultyServer(authority.serverContext());
        server.answers(200, "{\"id\": 7}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void trustsTheAuthorityOfItsTrustStoreAndShowsItsOwnCertificate() throws Exception {
        var client = client(Map.of(
                "schema.registry.ssl.truststore.location",
                authority.trustStore(folder.resolve("trust.p12")),
                "schema.registry.ssl.truststore.password",
                TestAuthority.PASSWORD,
                "schema.registry.ssl.truststore.type",
                "PKCS12",
                "schema.registry.ssl.keystore.location",
                authority.keyStore(folder.resolve("own.p12")),
                "schema.registry.ssl.keystore.password",
                TestAuthority.PASSWORD,
                "schema.registry.ssl.key.password",
                TestAuthority.PASSWORD));

        assertThat(client.register("s", Schema.create(Schema.Type.STRING))).isEqualTo(7);
    }

    @Test
    void trustsAPemFile() throws Exception {
        Path pem = Files.writeString(
                folder.resolve("ca.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder().encodeToString(authority.certificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        var client = client(Map.of(
                "schema.registry.ssl.truststore.location",
                pem,
                "schema.registry.ssl.truststore.type",
                "PEM",
                "schema.registry.ssl.keystore.location",
                authority.keyStore(folder.resolve("own.p12")),
                "schema.registry.ssl.keystore.password",
                TestAuthority.PASSWORD,
                "schema.registry.ssl.key.password",
                TestAuthority.PASSWORD));

        assertThat(client.register("s", Schema.create(Schema.Type.STRING))).isEqualTo(7);
    }

    @Test
    void refusesAServerWhoseAuthorityItDoesNotKnow() {
        var client = client(Map.of());

        assertThatThrownBy(() -> client.register("s", Schema.create(Schema.Type.STRING)))
                .isInstanceOf(RegistryUnreachableException.class)
                .hasMessageContaining("PKIX path building failed")
                .hasMessageContaining(server.url());
        assertThat(server.requests).isEmpty();
    }

    @Test
    void isRefusedWithoutACertificateOfItsOwn() throws Exception {
        var client = client(Map.of(
                "schema.registry.ssl.truststore.location",
                authority.trustStore(folder.resolve("trust.p12")),
                "schema.registry.ssl.truststore.password",
                TestAuthority.PASSWORD));

        assertThatThrownBy(() -> client.register("s", Schema.create(Schema.Type.STRING)))
                .isInstanceOf(RegistryUnreachableException.class);
        assertThat(server.requests).isEmpty();
    }

    private RegistryClient client(Map<String, ?> settings) {
        Map<String, Object> config = new HashMap<>();
        settings.forEach((name, value) -> config.put(name, value.toString()));
        config.put("schema.registry.url", server.url());
        config.put("max.retries", 0);
        return RegistryClients.open(config);
    }
}
