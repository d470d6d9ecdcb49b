package io.meshdiag.collector.publish;

import io.meshdiag.schema.ClusterPartitioner;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** How facts are produced, whoever does it: idempotent, acknowledged by all replicas, all facts of a cluster in one partition of each topic. */
final class ProducerSettings {
    private ProducerSettings() {}

    /**
     * Settings of the producer and of the serializer.
     *
     * @param config at least {@code bootstrap.servers} and {@code schema.registry.url}; any setting of Kafka's producer, of which those that
     *     guarantee delivery and partitioning cannot be changed
     */
    static Map<String, Object> from(Map<String, ?> config) {
        Map<String, Object> settings = new HashMap<>(config);
        settings.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "meshdiag-collector");
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, ClusterPartitioner.class.getName());
        // config-snapshots carries many record types; each has a schema of its own.
        settings.putIfAbsent(
                "value.subject.name.strategy", "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy");
        return settings;
    }

    /** For Kafka's own check of settings, which wants to know the serializers that are otherwise given to the producer itself. */
    static Map<String, Object> withSerializers(Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
        all.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return all;
    }

    /** The same for a sender that sends again itself and must not be held up by one topic or by the registry. */
    static Map<String, Object> impatient(Map<String, ?> config) {
        Map<String, Object> settings = from(config);
        settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        settings.putIfAbsent(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
        settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 16 * 1024 * 1024);
        settings.putIfAbsent("schema.registry.max.retries", 0);
        settings.putIfAbsent("schema.registry.http.connect.timeout.ms", 3_000);
        settings.putIfAbsent("schema.registry.http.read.timeout.ms", 5_000);
        return settings;
    }
}
