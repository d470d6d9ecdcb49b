package io.meshdiag.collector.cluster.config;

import io.meshdiag.registry.RegistryConfig;
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
    public KafkaSettings {
        clients = Map.copyOf(clients);
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
