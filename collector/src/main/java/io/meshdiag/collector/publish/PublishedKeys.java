package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Topics;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The subjects that readers know of: what a collector that starts again needs, to say which of them are gone meanwhile. */
public final class PublishedKeys {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private PublishedKeys() {}

    /**
     * Reads the topics of levels from their beginning to where they end now.
     *
     * @param config at least {@code bootstrap.servers}; any setting of Kafka's consumer
     * @param ours which keys to keep
     * @throws PublishException when the end is not reached within two minutes
     */
    public static Set<FactKey> read(Map<String, ?> config, Topics topics, Predicate<FactKey> ours) {
        Map<String, Object> settings = new HashMap<>(config);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = levels(topics).stream()
                    .flatMap(topic -> consumer.partitionsFor(topic).stream())
                    .map(p -> new TopicPartition(p.topic(), p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return read(consumer, consumer.endOffsets(partitions), ours);
        }
    }

    private static Set<String> levels(Topics topics) {
        return Arrays.stream(FactKind.values())
                .filter(kind -> !kind.event() && kind != FactKind.HEARTBEAT)
                .map(kind -> topics.name(kind.topic()))
                .collect(Collectors.toSet());
    }

    private static Set<FactKey> read(
            KafkaConsumer<String, byte[]> consumer, Map<TopicPartition, Long> end, Predicate<FactKey> ours) {
        Set<FactKey> keys = new HashSet<>();
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (end.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
            if (System.nanoTime() > giveUp) {
                throw new PublishException(
                        "the facts topics could not be read to their end within " + PATIENCE.toSeconds()
                                + " s; check that the brokers of bootstrap.servers are reachable",
                        null);
            }
            for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
                note(record, ours, keys);
            }
        }
        return keys;
    }

    private static void note(ConsumerRecord<String, byte[]> record, Predicate<FactKey> ours, Set<FactKey> keys) {
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
            keys.add(key);
        }
    }
}
