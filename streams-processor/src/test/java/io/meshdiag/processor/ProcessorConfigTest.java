package io.meshdiag.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ProcessorConfigTest {
    private static final Pattern README_ROW = Pattern.compile("\\| `(MESHDIAG_\\w+)` \\| (?:`(.*?)`|–) \\|.*");

    private final Map<String, String> environment = new HashMap<>(
            Map.of("MESHDIAG_BOOTSTRAP_SERVERS", "kafka:9092", "MESHDIAG_SCHEMA_REGISTRY_URL", "http://registry:8081"));

    @Test
    void onlyTheServersHaveNoDefault() {
        ProcessorConfig config = ProcessorConfig.from(environment);

        assertThat(config.bootstrapServers()).isEqualTo("kafka:9092");
        assertThat(config.applicationId()).isEqualTo("meshdiag");
        assertThat(config.commitInterval()).isEqualTo(Duration.ofMillis(500));
        assertThat(config.retention()).isEqualTo(Duration.ofDays(30));
        assertThat(config.factTopics()).contains("meshdiag.heartbeats").hasSize(6);
    }

    @Test
    void allMistakesAreReportedAtOnce() {
        environment.remove("MESHDIAG_BOOTSTRAP_SERVERS");
        environment.put("MESHDIAG_PROCESSOR_THREADS", "many");
        environment.put("MESHDIAG_PROCESSOR_RETENTION", "30d");
        environment.put("MESHDIAG_PROCESSOR_TREADS", "2");

        assertThatThrownBy(() -> ProcessorConfig.from(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("""
                        4 problem(s) in the configuration:
                          - MESHDIAG_PROCESSOR_TREADS is not a setting of this program
                          - MESHDIAG_BOOTSTRAP_SERVERS is not set; it has no default
                          - MESHDIAG_PROCESSOR_THREADS is 'many'; write a whole number from 1 to 1000
                          - MESHDIAG_PROCESSOR_RETENTION is '30d'; write a positive ISO-8601 duration such as PT0.5S""");
    }

    @Test
    void settingsOfOtherProgramsAreLeftAlone() {
        environment.put("MESHDIAG_SINK_URL", "http://elastic:9200");

        assertThat(ProcessorConfig.from(environment)).isNotNull();
    }

    @Test
    void clientPropertiesArePassedOnAndNeverShown() {
        environment.put("MESHDIAG_KAFKA_SASL_JAAS_CONFIG", "password='canary'");
        environment.put("MESHDIAG_SCHEMA_REGISTRY_BASIC_AUTH_USER_INFO", "user:canary");

        ProcessorConfig config = ProcessorConfig.from(environment);

        assertThat(config.kafkaClient())
                .containsEntry("sasl.jaas.config", "password='canary'")
                .containsEntry("bootstrap.servers", "kafka:9092");
        assertThat(config.registryClient())
                .containsEntry("schema.registry.basic.auth.user.info", "user:canary")
                .containsEntry("schema.registry.url", "http://registry:8081");
        assertThat(config.toString()).contains("sasl.jaas.config").doesNotContain("canary");
    }

    @Test
    void theReadmeListsEverySettingWithItsDefault() throws IOException {
        List<ProcessorConfig.Setting> listed = Files.readAllLines(Path.of("README.md")).stream()
                .map(README_ROW::matcher)
                .filter(Matcher::matches)
                .map(row -> new ProcessorConfig.Setting(row.group(1), row.group(2)))
                .toList();

        assertThat(listed).isEqualTo(ProcessorConfig.SETTINGS);
    }
}
