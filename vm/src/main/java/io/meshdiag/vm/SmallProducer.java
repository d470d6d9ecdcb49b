package io.meshdiag.vm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;

/** How Kafka's producer is set where it sends little and memory is somebody else's. What the operator sets wins. */
final class SmallProducer {
    private SmallProducer() {}

    /** @param client what the operator set */
    static Map<String, Object> settings(Map<String, Object> client) {
        Map<String, Object> settings = new HashMap<>(client);
        // Several times the largest fact; what does not fit waits in the outbox.
        settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 4 * 1024 * 1024);
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 32 * 1024);
        // Java's own: the others unpack native libraries into /tmp.
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
        // An MBean for each of its meters, which nobody reads.
        settings.putIfAbsent(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        settings.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        return settings;
    }
}
