package io.meshdiag.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.standalone.broker.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class TopicReaderIT {
    private static final String TOPIC = "findings";

    @Test
    void waitsForTransactionsOfWhatIsWrittenOnlyWhereItIsToldTo() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = Admin.create(Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers()));
                var producer = new KafkaProducer<>(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                kafka.bootstrapServers(),
                                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                "processor"),
                        new StringSerializer(),
                        new ByteArraySerializer())) {
            admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
            TopicReader reader = new TopicReader(kafka.bootstrapServers(), "memory://reader");
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOPIC, "mf1-abc", "text".getBytes(StandardCharsets.UTF_8)))
                    .get();

            assertThat(reader.sizes(TOPIC)).isEmpty();
            var all =
                    CompletableFuture.supplyAsync(() -> reader.awaitingCommits().sizes(TOPIC));
            assertThatThrownBy(() -> all.get(1, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);

            producer.commitTransaction();
            assertThat(all.get(1, TimeUnit.MINUTES)).containsOnlyKeys("mf1-abc");
        }
    }
}
