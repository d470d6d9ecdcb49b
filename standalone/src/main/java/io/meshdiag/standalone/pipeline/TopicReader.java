package io.meshdiag.standalone.pipeline;

import io.meshdiag.registry.RegistryConfig;
import io.meshdiag.serde.AvroDeserializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads a topic from its beginning to where it ends now, committed records only. */
final class TopicReader {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Map<String, Object> clients;
    private final Map<String, String> registry;
    private final boolean awaitsCommits;

    TopicReader(String bootstrapServers, String registryUrl) {
        this(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                Map.of(RegistryConfig.URL, registryUrl));
    }

    /**
     * @param clients settings of Kafka's clients
     * @param registry settings of the registry's
     */
    TopicReader(Map<String, Object> clients, Map<String, String> registry) {
        this(clients, registry, false);
    }

    private TopicReader(Map<String, Object> clients, Map<String, String> registry, boolean awaitsCommits) {
        this.clients = clients;
        this.registry = registry;
        this.awaitsCommits = awaitsCommits;
    }

    /**
     * The same, but reads up to what has been written by now, and waits for its transactions. Kafka confirms a commit before it has marked it in every
     * partition: what was committed a moment ago would be missing, in some of the partitions.
     */
    TopicReader awaitingCommits() {
        return new TopicReader(clients, registry, true);
    }

    /** Latest value of every key, by key, as compaction would leave it; keys with a tombstone last are not there. */
    <T extends SpecificRecord> Map<String, T> latest(String topic, Class<T> type) {
        return latest(topic, type, key -> true);
    }

    /**
     * As {@link #latest(String, Class)}, for some keys.
     *
     * @param wanted what is not is neither decoded nor kept: the facts of a fleet are more than fits into memory
     * @throws UnknownTopicOrPartitionException when there is no such topic
     */
    <T extends SpecificRecord> Map<String, T> latest(String topic, Class<T> type, Predicate<String> wanted) {
        try (Deserializer<SpecificRecord> values = new AvroDeserializer()) {
            values.configure(registry, false);
            return read(
                    topic, wanted, record -> type.cast(values.deserialize(topic, record.headers(), record.value())));
        }
    }

    /** Bytes of the latest value of every key, as {@link #latest}. */
    Map<String, Integer> sizes(String topic) {
        return read(topic, key -> true, record -> record.value().length);
    }

    private <T> Map<String, T> read(
            String topic, Predicate<String> wanted, Function<ConsumerRecord<String, byte[]>, T> value) {
        Map<String, T> latest = new TreeMap<>();
        try (var consumer = new KafkaConsumer<>(
                settings("read_committed"), new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            if (partitions.isEmpty()) {
                throw new UnknownTopicOrPartitionException(
                        "there is no topic " + topic + "; is the topic prefix that of the deployment?");
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> end = awaitsCommits ? written(partitions) : consumer.endOffsets(partitions);
            long giveUp = System.nanoTime() + PATIENCE.toNanos();
            while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
                if (System.nanoTime() > giveUp) {
                    throw new PipelineException(
                            "reading " + topic + " made no progress within " + PATIENCE.toSeconds() + " s");
                }
                for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                    giveUp = System.nanoTime() + PATIENCE.toNanos();
                    if (!wanted.test(record.key())) {
                        continue;
                    }
                    if (record.value() == null) {
                        latest.remove(record.key());
                    } else {
                        latest.put(record.key(), value.apply(record));
                    }
                }
            }
        }
        return latest;
    }

    private Map<TopicPartition, Long> written(List<TopicPartition> partitions) {
        try (var consumer = new KafkaConsumer<>(
                settings("read_uncommitted"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            return consumer.endOffsets(partitions);
        }
    }

    private Map<String, Object> settings(String isolation) {
        Map<String, Object> settings = new HashMap<>(clients);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return settings;
    }
}
