package io.meshdiag.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client does when its registry misbehaves. */
class RegistryFaultsTest {
    private static final Schema SCHEMA = SchemaBuilder.record("A").fields().endRecord();
    private static final String NOBODY = "http://127.0.0.1:1";

    private final List<Duration> waits = new ArrayList<>();
    private FaultyServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FaultyServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void nobodyThereIsUnreachableAndNamesTheUrl() {
        var e = catchThrowableOfType(
                RegistryUnreachableException.class, () -> client(NOBODY).register("s", SCHEMA));

        assertThat(e).hasMessageContaining(NOBODY + " refused the connection").hasMessageContaining("4 attempt(s)");
    }

    @Test
    void anErrorOfTheServerIsTriedAgain() {
        server.answers(500, "{}").answers(503, "{}").answers(200, "{\"id\": 7}");

        assertThat(client(server.url()).register("s", SCHEMA)).isEqualTo(7);
        assertThat(server.requests).hasSize(3);
    }

    @Test
    void tooManyRequestsAreTriedAgainAfterAWait() {
        server.answers(429, "{}").answers(200, "{\"id\": 7}");

        assertThat(client(server.url()).register("s", SCHEMA)).isEqualTo(7);
        assertThat(waits).hasSize(1);
    }

    @Test
    void waitsGrowAndStayBelowTheirLimits() {
        server.answers(500, "{}");

        var client = client(server.url(), Map.of("max.retries", 12));
        assertThatThrownBy(() -> client.register("s", SCHEMA)).isInstanceOf(RegistryUnreachableException.class);

        assertThat(waits).hasSize(12);
        for (int i = 0; i < waits.size(); i++) {
            assertThat(waits.get(i)).isLessThanOrEqualTo(Duration.ofMillis(Math.min(5_000, 200L << i)));
        }
        assertThat(waits).anyMatch(w -> w.compareTo(Duration.ofMillis(400)) > 0);
    }

    @Test
    void aRefusalIsNotTriedAgain() {
        server.answers(401, "{\"error_code\": 401, \"message\": \"Unauthorized\"}");

        var e = catchThrowableOfType(
                RegistryException.class, () -> client(server.url()).register("s", SCHEMA));

        assertThat(e.status()).isEqualTo(401);
        assertThat(e).hasMessageContaining("check basic.auth.credentials.source");
        assertThat(server.requests).hasSize(1);
    }

    @Test
    void anAnswerThatTricklesEndsWithTheTimeOut() {
        server.trickles();

        var e = catchThrowableOfType(RegistryUnreachableException.class, () -> client(
                        server.url(), Map.of("http.read.timeout.ms", 100, "max.retries", 0))
                .register("s", SCHEMA));

        assertThat(e).hasMessageContaining("did not answer within 100 ms");
    }

    @Test
    void aPageThatIsNoRegistrysSaysThatTheUrlIsWrong() {
        server.answers(404, "<html>nginx</html>");

        var e = catchThrowableOfType(
                RegistryException.class, () -> client(server.url()).schemaById(1));

        assertThat(e.errorCode()).isEqualTo(404);
        assertThat(e).hasMessageContaining("not a registry's base URL");
    }

    @Test
    void aSchemaOfAnotherTypeIsInvalid() {
        server.answers(200, "{\"schemaType\": \"PROTOBUF\", \"schema\": \"message A {}\"}");

        var e = catchThrowableOfType(
                RegistryException.class, () -> client(server.url()).schemaById(1));

        assertThat(e.errorCode()).isEqualTo(RegistryException.INVALID_SCHEMA);
        assertThat(e).hasMessageContaining("PROTOBUF");
    }

    @Test
    void theNextUrlIsAskedWhenTheFirstIsAwayAndThenStaysTheFirst() {
        server.answers(200, "{\"id\": 7}");
        HttpRegistryClient client = client(NOBODY + "," + server.url());

        client.register("s", SCHEMA);
        client.register("s", SCHEMA);

        assertThat(waits).isEmpty();
        assertThat(server.requests).hasSize(2);
    }

    @Test
    void credentialsComeFromTheUrlAndAreInNoMessage() {
        server.answers(403, "{}");
        String url = server.url().replace("http://", "http://collector:s3cret@");

        var e = catchThrowableOfType(RegistryException.class, () -> client(url).register("s", SCHEMA));

        // "collector:s3cret" in Base64
        assertThat(server.requests.get(0).authorization()).isEqualTo("Basic Y29sbGVjdG9yOnMzY3JldA==");
        assertThat(e.getMessage()).doesNotContain("s3cret");
    }

    @Test
    void credentialsComeFromUserInfoWithOrWithoutThePrefix() {
        server.answers(200, "{\"id\": 7}");

        client(server.url(), Map.of("basic.auth.credentials.source", "USER_INFO", "basic.auth.user.info", "u:p"))
                .register("s", SCHEMA);
        client(
                        server.url(),
                        Map.of(
                                "schema.registry.basic.auth.credentials.source", "USER_INFO",
                                "schema.registry.basic.auth.user.info", "u:p"))
                .register("s", SCHEMA);

        assertThat(server.requests)
                .extracting(FaultyServer.Request::authorization)
                .containsOnly("Basic dTpw");
    }

    private HttpRegistryClient client(String urls) {
        return client(urls, Map.of());
    }

    private HttpRegistryClient client(String urls, Map<String, ?> settings) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put(RegistryConfig.URL, urls);
        return new HttpRegistryClient(new RegistryTransport(RegistryConfig.from(config), waits::add));
    }
}
