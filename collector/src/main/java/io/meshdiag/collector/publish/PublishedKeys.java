package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The subjects that readers know of: what a collector that starts again needs, to say which of them are gone meanwhile. */
public final class PublishedKeys {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Whether there is a value: null stays null. */
    private static final Deserializer<Boolean> PRESENCE = (topic, value) -> value == null ? null : Boolean.TRUE;

    private PublishedKeys() {}

    /**
     * Reads the topics of levels from their beginning to where they end now.
     *
     * @param config at least {@code bootstrap.servers}; any setting of Kafka's consumer
     * @param ours which keys to keep
     * @throws PublishException when nothing more comes for two minutes before the end is reached
     * @throws KafkaException when Kafka cannot be reached or the topics are not there
     */
    public static Set<FactKey> read(Map<String, ?> config, Topics topics, Predicate<FactKey> ours) {
        return read(config, topics, ours, kind -> !kind.event() && kind != FactKind.HEARTBEAT)
                .keySet();
    }

    /**
     * Reads all keys of levels and heartbeats that were published for a cluster, whatever its mesh and cluster id were then. Old names may be in
     * other partitions, so all are read.
     *
     * @param clusterUid the cluster's identity, see FactHeader.clusterUid
     */
    public static PublishedCluster ofCluster(Map<String, ?> config, Topics topics, String clusterUid) {
        String suffix = FactKey.clusterSegment("", clusterUid);
        Map<FactKey, Instant> keys = read(config, topics, key -> key.cluster().endsWith(suffix), kind -> !kind.event());
        Map<String, Instant> heartbeats = new HashMap<>();
        keys.forEach((key, at) -> {
            if (key.kind() == FactKind.HEARTBEAT) {
                heartbeats.merge(key.clusterKey(), at, (a, b) -> a.isAfter(b) ? a : b);
            }
        });
        return new PublishedCluster(keys.keySet(), heartbeats);
    }

    /** Keys, each with the time of its latest record. */
    private static Map<FactKey, Instant> read(
            Map<String, ?> config, Topics topics, Predicate<FactKey> ours, Predicate<FactKind> kinds) {
        Set<String> names = Arrays.stream(FactKind.values())
                .filter(kinds)
                .map(kind -> topics.name(kind.topic()))
                .collect(Collectors.toSet());
        try (var consumer = new KafkaConsumer<>(settings(config), new StringDeserializer(), PRESENCE)) {
            List<TopicPartition> partitions = names.stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return read(consumer, consumer.endOffsets(partitions), ours);
        }
    }

    /** Values are many times larger than keys: no more of them is held than the brokers must send at one time. */
    private static Map<String, Object> settings(Map<String, ?> config) {
        Map<String, Object> settings = new HashMap<>(config);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        settings.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * 1024 * 1024);
        settings.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 512 * 1024);
        settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000);
        return settings;
    }

    private static Map<FactKey, Instant> read(
            KafkaConsumer<String, Boolean> consumer, Map<TopicPartition, Long> end, Predicate<FactKey> ours) {
        Map<FactKey, Instant> keys = new HashMap<>();
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            ConsumerRecords<String, Boolean> records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                giveUp = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() - giveUp > 0) {
                throw new PublishException(
                        "the facts topics could not be read to their end: nothing came for " + PATIENCE.toSeconds()
                                + " s; check that the brokers of bootstrap.servers are reachable",
                        null);
            }
            records.forEach(record -> note(record, ours, keys));
        }
        return keys;
    }

    private static void note(
            ConsumerRecord<String, Boolean> record, Predicate<FactKey> ours, Map<FactKey, Instant> keys) {
        FactKey key;
        try {
            key = FactKey.parse(record.key() == null ? "" : record.key());
        } catch (IllegalArgumentException e) {
            // Not a fact of any collector; the processor reports it.
            return;
        }
        if (!ours.test(key)) {
            return;
        }
        if (record.value() == null) {
            keys.remove(key);
        } else {
            keys.put(key, Instant.ofEpochMilli(record.timestamp()));
        }
    }
}
