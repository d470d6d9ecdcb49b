package io.meshdiag.collector.config;

import io.meshdiag.config.SettingsReader;
import io.meshdiag.registry.RegistryConfig;
import io.meshdiag.schema.ClientProperties;
import io.meshdiag.schema.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where facts go.
 *
 * @param bootstrapServers Kafka brokers, host:port separated by commas; empty when nothing is to be sent
 * @param registryUrl schema registry
 * @param topicPrefix first part of every topic's name
 * @param clients further properties of Kafka's clients and of the registry's; some are secrets
 * @param unreadyAfter how long Kafka may be away before the collector says that it is not ready
 */
public record KafkaSettings(
        String bootstrapServers,
        String registryUrl,
        String topicPrefix,
        Map<String, String> clients,
        Duration unreadyAfter) {
    private static final String PROPERTIES_FILE = "MESHDIAG_KAFKA_PROPERTIES_FILE";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);

    public KafkaSettings {
        clients = Map.copyOf(clients);
    }

    /**
     * Reads where facts go. Every mistake goes to the reader.
     *
     * @param environment of which all variables of Kafka's clients and of the registry's are passed on
     * @param sends whether facts are sent: only then brokers and registry must be set
     */
    public static KafkaSettings read(SettingsReader read, Map<String, String> environment, boolean sends) {
        String brokers = read.of(
                        "kafka.bootstrapServers", "Kafka brokers, host:port; required, unless nothing is sent.")
                .variable("MESHDIAG_BOOTSTRAP_SERVERS")
                .text("");
        if (sends && brokers.isEmpty()) {
            read.problem("MESHDIAG_BOOTSTRAP_SERVERS (kafka.bootstrapServers in a file) is not set; it has no default");
        }
        String prefix = read.of("kafka.topicPrefix", "First part of every topic's name.")
                .variable("MESHDIAG_TOPIC_PREFIX")
                .text(Topics.DEFAULT_PREFIX);
        Map<String, String> variables = new HashMap<>(environment);
        String properties = read.of(
                        "kafka.propertiesFile",
                        "Further properties of Kafka's clients and of the registry's, such as passwords.")
                .variable(PROPERTIES_FILE)
                .text("");
        variables.put(PROPERTIES_FILE, properties);
        Duration unreadyAfter = read.of("kafka.unreadyAfter", "How long Kafka may be away before /readyz says so.")
                .duration(Duration.ofMinutes(2), SECOND, HOUR);
        String registry = read.of(
                        "schemaRegistry.url", "Any registry with Confluent's API; required, unless nothing is sent.")
                .variable("MESHDIAG_SCHEMA_REGISTRY_URL")
                .text("");
        if (sends && registry.isEmpty()) {
            read.problem("MESHDIAG_SCHEMA_REGISTRY_URL (schemaRegistry.url in a file) is not set; it has no default");
        }
        return new KafkaSettings(
                brokers, registry, prefix, ClientProperties.from(variables, read::problem), unreadyAfter);
    }

    /** What producer, consumer and registry client are opened with. */
    public Map<String, Object> client() {
        Map<String, Object> properties = new HashMap<>(clients);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(RegistryConfig.URL, registryUrl);
        return properties;
    }

    /** Topic names of this deployment. */
    public Topics topics() {
        return Topics.named(topicPrefix);
    }

    /** Names of passed-on properties without their values, which may be secret. */
    @Override
    public String toString() {
        return "KafkaSettings[" + bootstrapServers + ", topics " + topicPrefix + "*, clients " + clients.keySet() + "]";
    }
}
