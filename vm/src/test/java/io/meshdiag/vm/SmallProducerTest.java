package io.meshdiag.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class SmallProducerTest {
    @Test
    void leavesWhatTheOperatorSet() {
        Map<String, Object> set = Map.of("bootstrap.servers", "127.0.0.1:9", "compression.type", "zstd");

        assertThat(SmallProducer.settings(set)).containsAllEntriesOf(set).containsEntry("batch.size", 32 * 1024);
    }

    @Test
    void isUnderstoodByKafkasClient() {
        Map<String, Object> settings = SmallProducer.settings(Map.of("bootstrap.servers", "127.0.0.1:9"));

        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            assertThat(producer.metrics()).isNotEmpty();
        }
    }
}
