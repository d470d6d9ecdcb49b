package io.meshdiag.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Our client against our server; what others' clients and servers make of it is in ConfluentCompatibilityTest and ApicurioIT. */
class RegistryServerTest {
    private static final Schema FIRST =
            SchemaBuilder.record("A").fields().requiredString("x").endRecord();
    private static final Schema SECOND = SchemaBuilder.record("A")
            .fields()
            .requiredString("x")
            .optionalString("y")
            .endRecord();
    private static final Schema BREAKING = SchemaBuilder.record("A")
            .fields()
            .requiredString("x")
            .requiredString("z")
            .endRecord();

    private final RegistryServer server = RegistryServer.start(new InProcessRegistry());
    private final RegistryClient client =
            RegistryClients.open(Map.of("schema.registry.url", server.url().toString()));

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void givesASchemaBackByItsId() {
        int id = client.register("a-value", FIRST);

        assertThat(client.schemaById(id)).isEqualTo(FIRST);
        assertThat(client.lookup("a-value", FIRST)).isEqualTo(id);
    }

    @Test
    void givesASchemaTheSameIdUnderEverySubjectAndAtEveryTry() {
        int id = client.register("a-value", FIRST);

        assertThat(client.register("b-value", FIRST)).isEqualTo(id);
        assertThat(client.register("a-value", FIRST)).isEqualTo(id);
    }

    @Test
    void knowsTheLatestVersion() {
        client.register("a-value", FIRST);
        int id = client.register("a-value", SECOND);

        assertThat(client.latest("a-value")).isEqualTo(new RegisteredSchema("a-value", 2, id, SECOND));
    }

    @Test
    void refusesASchemaThatCannotReadTheOldOne() {
        client.register("a-value", FIRST);

        var e = catchThrowableOfType(RegistryException.class, () -> client.register("a-value", BREAKING));

        assertThat(e.errorCode()).isEqualTo(RegistryException.INCOMPATIBLE);
        assertThat(e).hasMessageContaining("a-value").hasMessageContaining("/fields/1");
    }

    @Test
    void acceptsItWhereTheSubjectAllowsAnything() {
        client.setCompatibility("a-value", Compatibility.NONE);
        client.register("a-value", FIRST);

        client.register("a-value", BREAKING);

        assertThat(client.compatibility("a-value")).isEqualTo(Compatibility.NONE);
        assertThat(client.compatibility("b-value")).isEqualTo(Compatibility.BACKWARD_TRANSITIVE);
    }

    @Test
    void keepsSubjectsWithSlashesAndSpacesApart() {
        int id = client.register("a/b c-value", FIRST);

        assertThat(client.latest("a/b c-value").id()).isEqualTo(id);
        assertThat(errorOf("/subjects/a/versions/latest")).isEqualTo(RegistryException.SUBJECT_NOT_FOUND);
    }

    @Test
    void listsSubjectsAndVersions() {
        client.register("b-value", FIRST);
        client.register("a-value", FIRST);
        client.register("a-value", SECOND);

        assertThat(get("/subjects")).hasToString("[\"a-value\",\"b-value\"]");
        assertThat(get("/subjects/a-value/versions")).hasToString("[1,2]");
        assertThat(get("/subjects/a-value/versions/2").path("schema").asText()).isEqualTo(SECOND.toString());
    }

    @Test
    void judgesASchemaWithoutRegisteringIt() {
        client.register("a-value", FIRST);

        JsonNode fits = post("/compatibility/subjects/a-value/versions/latest", SECOND);
        JsonNode breaks = post("/compatibility/subjects/a-value/versions/1", BREAKING);

        assertThat(fits.path("is_compatible").asBoolean()).isTrue();
        assertThat(breaks.path("is_compatible").asBoolean()).isFalse();
        assertThat(get("/subjects/a-value/versions")).hasToString("[1]");
    }

    @Test
    void saysWithConfluentsCodesWhatIsMissing() {
        client.register("a-value", FIRST);

        assertThat(errorOf("/schemas/ids/99")).isEqualTo(RegistryException.SCHEMA_NOT_FOUND);
        assertThat(errorOf("/subjects/none/versions")).isEqualTo(RegistryException.SUBJECT_NOT_FOUND);
        assertThat(errorOf("/subjects/a-value/versions/9")).isEqualTo(RegistryException.VERSION_NOT_FOUND);
        assertThat(errorOf("/subjects/a-value/versions/x")).isEqualTo(RegistryException.INVALID_VERSION);
        assertThat(errorOf("/elsewhere")).isEqualTo(404);
    }

    private int errorOf(String path) {
        return get(path).path("error_code").asInt();
    }

    private JsonNode get(String path) {
        return send(HttpRequest.newBuilder(URI.create(server.url() + path)).build());
    }

    private JsonNode post(String path, Schema schema) {
        String body = new ObjectMapper()
                .valueToTree(Map.of("schema", schema.toString()))
                .toString();
        return send(HttpRequest.newBuilder(URI.create(server.url() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static JsonNode send(HttpRequest request) {
        try {
            return new ObjectMapper()
                    .readTree(HttpClient.newHttpClient()
                            .send(request, HttpResponse.BodyHandlers.ofString())
                            .body());
        } catch (Exception e) {
            throw new AssertionError(request.uri() + " gave no JSON", e);
        }
    }
}
