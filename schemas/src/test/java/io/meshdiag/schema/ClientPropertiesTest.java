package io.meshdiag.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientPropertiesTest {
    private final List<String> problems = new ArrayList<>();

    @Test
    void aVariablesNameIsThePropertysWithUnderscores() {
        var properties = ClientProperties.from(
                Map.of(
                        "MESHDIAG_KAFKA_SECURITY_PROTOCOL", "SSL",
                        "MESHDIAG_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO", "user:secret",
                        "MESHDIAG_SCHEMA_REGISTRY_URL", "http://registry:8081",
                        "PATH", "/bin"),
                problems::add);

        assertThat(properties)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "security.protocol", "SSL",
                        "schema.registry.basic.auth.user.info", "user:secret"));
        assertThat(problems).isEmpty();
    }

    @Test
    void theEnvironmentWinsOverTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("client.properties"), "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n");

        var properties = ClientProperties.from(
                Map.of("MESHDIAG_KAFKA_PROPERTIES_FILE", file.toString(), "MESHDIAG_KAFKA_SECURITY_PROTOCOL", "SSL"),
                problems::add);

        assertThat(properties)
                .containsEntry("security.protocol", "SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
    }

    @Test
    void aFileThatCannotBeReadIsAProblem() {
        var properties =
                ClientProperties.from(Map.of("MESHDIAG_KAFKA_PROPERTIES_FILE", "/does/not/exist"), problems::add);

        assertThat(properties).isEmpty();
        assertThat(problems)
                .containsExactly(
                        "MESHDIAG_KAFKA_PROPERTIES_FILE is '/does/not/exist', which cannot be read as properties");
    }
}
