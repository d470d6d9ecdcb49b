package io.meshdiag.processor;

import io.meshdiag.registry.RegistryConfig;
import io.meshdiag.schema.ClientProperties;
import io.meshdiag.schema.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Settings of the processor.
 *
 * @param bootstrapServers Kafka brokers, host:port separated by commas
 * @param registryUrl schema registry: http(s)://…, or memory://name inside one JVM
 * @param topicPrefix first part of every topic's name
 * @param applicationId consumer group and first part of internal topics' names
 * @param partitions of topics that have to be created; bounds the number of threads over all instances
 * @param threads stream threads of this instance
 * @param standbyReplicas warm copies of state on other instances
 * @param commitInterval how often results become visible
 * @param stateDir local state; lost state is restored from Kafka
 * @param evaluationInterval how long changes of a scope are gathered before its rules run
 * @param retention how long a resolved finding stays on the findings topic
 * @param rocksdbMemoryMb bound of all state stores' memory outside the heap, in MiB
 * @param rulesFile which rules run and how, and what nobody is to be told: docs/rules-configuration.md
 * @param clients further properties of Kafka's clients and of the registry's, see {@link ClientProperties}
 */
public record ProcessorConfig(
        String bootstrapServers,
        String registryUrl,
        String topicPrefix,
        String applicationId,
        int partitions,
        int threads,
        int standbyReplicas,
        Duration commitInterval,
        Path stateDir,
        Duration evaluationInterval,
        Duration retention,
        int rocksdbMemoryMb,
        Optional<Path> rulesFile,
        Map<String, String> clients) {

    private static final String REGISTRY_URL = "MESHDIAG_SCHEMA_REGISTRY_URL";

    /** Every environment variable that this program reads, with its default; null = it has none. */
    static final List<Setting> SETTINGS = List.of(
            new Setting("MESHDIAG_BOOTSTRAP_SERVERS", null),
            new Setting(REGISTRY_URL, null),
            new Setting("MESHDIAG_TOPIC_PREFIX", Topics.DEFAULT_PREFIX),
            new Setting("MESHDIAG_PARTITIONS", "12"),
            new Setting("MESHDIAG_PROCESSOR_APPLICATION_ID", "meshdiag"),
            new Setting("MESHDIAG_PROCESSOR_THREADS", "2"),
            new Setting("MESHDIAG_PROCESSOR_STANDBY_REPLICAS", "0"),
            new Setting("MESHDIAG_PROCESSOR_COMMIT_INTERVAL", "PT0.5S"),
            new Setting("MESHDIAG_PROCESSOR_STATE_DIR", "meshdiag-state"),
            new Setting("MESHDIAG_PROCESSOR_EVALUATION_INTERVAL", "PT0.2S"),
            new Setting("MESHDIAG_PROCESSOR_RETENTION", "P30D"),
            new Setting("MESHDIAG_PROCESSOR_ROCKSDB_MEMORY_MB", "256"),
            new Setting("MESHDIAG_PROCESSOR_RULES_FILE", null));

    public ProcessorConfig {
        clients = Map.copyOf(clients);
    }

    /** An environment variable and its default. */
    record Setting(String name, String otherwise) {}

    /**
     * Reads the environment.
     *
     * @throws IllegalArgumentException listing everything that is wrong
     */
    public static ProcessorConfig from(Map<String, String> environment) {
        EnvironmentReader read = new EnvironmentReader(environment, SETTINGS);
        ProcessorConfig config = new ProcessorConfig(
                read.text("MESHDIAG_BOOTSTRAP_SERVERS"),
                read.text(REGISTRY_URL),
                read.text("MESHDIAG_TOPIC_PREFIX"),
                read.text("MESHDIAG_PROCESSOR_APPLICATION_ID"),
                read.number("MESHDIAG_PARTITIONS", 1, 10_000),
                read.number("MESHDIAG_PROCESSOR_THREADS", 1, 1_000),
                read.number("MESHDIAG_PROCESSOR_STANDBY_REPLICAS", 0, 10),
                read.duration("MESHDIAG_PROCESSOR_COMMIT_INTERVAL"),
                Path.of(read.text("MESHDIAG_PROCESSOR_STATE_DIR")),
                read.duration("MESHDIAG_PROCESSOR_EVALUATION_INTERVAL"),
                read.duration("MESHDIAG_PROCESSOR_RETENTION"),
                read.number("MESHDIAG_PROCESSOR_ROCKSDB_MEMORY_MB", 16, 1_000_000),
                read.optional("MESHDIAG_PROCESSOR_RULES_FILE").map(Path::of),
                ClientProperties.from(environment, read::problem));
        read.done();
        return config;
    }

    /** What the registry client is opened with. */
    public Map<String, String> registryClient() {
        Map<String, String> properties = new TreeMap<>(clients);
        properties.put(RegistryConfig.URL, registryUrl);
        return properties;
    }

    /** What every Kafka client is opened with. */
    public Map<String, Object> kafkaClient() {
        Map<String, Object> properties = new TreeMap<>(clients);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        return properties;
    }

    /** Names of passed-on properties without their values, which may be secret. */
    @Override
    public String toString() {
        return "ProcessorConfig[" + bootstrapServers + ", application " + applicationId + ", topics " + topicPrefix
                + "*, " + threads + " thread(s), clients " + clients.keySet() + "]";
    }

    /** Topic names of this deployment. */
    public Topics topics() {
        return Topics.named(topicPrefix);
    }

    /** Full names of the topics that are read. */
    public List<String> factTopics() {
        return Topics.FACTS.stream().map(topics()::name).toList();
    }
}
