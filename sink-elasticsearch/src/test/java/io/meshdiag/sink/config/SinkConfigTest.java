package io.meshdiag.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SinkConfigTest {
    @Test
    void threeSettingsAreEnough() {
        SinkConfig config = SinkConfig.from(env());

        assertThat(config.bootstrapServers()).isEqualTo("kafka:9092");
        assertThat(config.index()).containsExactly("findings", "finding-transitions");
        assertThat(config.indexPrefix()).isEqualTo("meshdiag-");
        assertThat(config.setup()).isTrue();
    }

    @Test
    void allMistakesAreReportedAtOnce() {
        assertThatThrownBy(() -> SinkConfig.from(Map.of(
                        "MESHDIAG_STORE_HOSTS", "es:9200",
                        "MESHDIAG_SINK_LINGER", "5s",
                        "MESHDIAG_SINK_LINGERS", "PT1S",
                        "MESHDIAG_SINK_INDEX", "findings,secrets",
                        "PATH", "/bin")))
                .isInstanceOf(ConfigException.class)
                .hasMessage("""
                        6 problem(s) in the configuration:
                          - MESHDIAG_BOOTSTRAP_SERVERS is not set; it has no default
                          - MESHDIAG_SCHEMA_REGISTRY_URL is not set; it has no default
                          - MESHDIAG_SINK_INDEX has 'secrets'; choose from cni-events, config-snapshots, finding-transitions, findings, heartbeats, proxy-status, webhook-errors
                          - MESHDIAG_STORE_HOSTS has 'es:9200'; write https://host:port, several separated by commas
                          - MESHDIAG_SINK_LINGER is '5s'; write an ISO-8601 duration such as PT0.2S
                          - MESHDIAG_SINK_LINGERS is not a setting of this program""");
    }

    @Test
    void credentialsOverPlainHttpNeedAnExplicitYes() {
        Map<String, String> env = env("MESHDIAG_STORE_HOSTS", "http://es:9200", "MESHDIAG_STORE_API_KEY", "key");

        assertThatThrownBy(() -> SinkConfig.from(env)).hasMessageContaining("plain HTTP");

        env.put("MESHDIAG_STORE_INSECURE", "true");
        assertThat(SinkConfig.from(env).store().insecure()).isTrue();
    }

    @Test
    void secretsMayComeFromFilesAndNeverShow(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "hunter2\n");

        SinkConfig config =
                SinkConfig.from(env("MESHDIAG_STORE_USER", "sink", "MESHDIAG_STORE_PASSWORD_FILE", file.toString()));

        assertThat(config.store().password().value()).isEqualTo("hunter2");
        assertThat(config.toString()).contains("****").doesNotContain("hunter2");
    }

    @Test
    void theReadmesTableIsWhatTheProgramReads() throws IOException {
        Map<String, String> documented = new LinkedHashMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `MESHDIAG_([A-Z_]+)` \\| (?:`([^`]*)`|(required)|) \\|")
                .matcher(Files.readString(Path.of("README.md")));
        while (row.find()) {
            documented.put(row.group(1), row.group(3) != null ? null : row.group(2) == null ? "" : row.group(2));
        }

        assertThat(documented).isEqualTo(SinkConfig.settings());
    }

    private static Map<String, String> env(String... more) {
        Map<String, String> env = new HashMap<>(Map.of(
                "MESHDIAG_BOOTSTRAP_SERVERS", "kafka:9092",
                "MESHDIAG_SCHEMA_REGISTRY_URL", "http://registry:8080",
                "MESHDIAG_STORE_HOSTS", "https://es-1:9200, https://es-2:9200"));
        for (int i = 0; i < more.length; i += 2) {
            env.put(more[i], more[i + 1]);
        }
        return env;
    }
}
