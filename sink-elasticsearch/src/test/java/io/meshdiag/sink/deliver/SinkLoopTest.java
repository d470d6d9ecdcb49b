package io.meshdiag.sink.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.finding.Finding;
import io.meshdiag.schema.Topics;
import io.meshdiag.sink.bulk.Backoff;
import io.meshdiag.sink.bulk.BulkDelivery;
import io.meshdiag.sink.bulk.BulkLimits;
import io.meshdiag.sink.bulk.SinkMetrics;
import io.meshdiag.sink.config.StoreConfig;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.harness.Findings;
import io.meshdiag.sink.harness.ScriptedStore;
import io.meshdiag.sink.store.Store;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters, with a producer that answers when the test says so. */
class SinkLoopTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final TopicPartition PARTITION = new TopicPartition("meshdiag.findings", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], SpecificRecord> producer =
            new MockProducer<>(false, null, (topic, bytes) -> bytes, (topic, letter) -> new byte[0]);
    private ScriptedStore server;
    private Store store;
    private SinkLoop loop;
    private Thread thread;

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedStore();
        store = new Store(StoreConfig.plain(server.uri()));
        // A value is the revision of the finding that the key names.
        Deserializer<SpecificRecord> deserializer = (topic, value) -> value == null ? null : finding(value[0]);
        BulkLimits limits = new BulkLimits(100, 100_000, 1, Duration.ZERO);
        Backoff backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(10), RandomGenerator.getDefault());
        SinkMetrics metrics = new SinkMetrics(new SimpleMeterRegistry());
        loop = new SinkLoop(
                consumer,
                producer,
                deserializer,
                new BulkDelivery(store, limits, backoff, metrics),
                metrics,
                Topics.named("meshdiag."),
                new Indices("meshdiag-"),
                List.of(Topics.FINDINGS));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.schedulePollTask(() -> consumer.rebalance(List.of(PARTITION)));
        thread = new Thread(loop, "sink");
    }

    @AfterEach
    void stop() throws Exception {
        loop.stop();
        thread.join();
        store.close();
        server.close();
    }

    @Test
    void aRecordWhoseKeyIsNotItsIdIsSettledOnlyWhenItsDeadLetterIsAcknowledged() {
        records(List.of(record(0, "another", 1), record(1, "mf1-a", 2)));
        thread.start();

        await().atMost(SOON)
                .until(() -> producer.history().size() == 1 && server.requests().size() == 1);
        assertThat(committed()).isZero();
        producer.completeNext();

        await().atMost(SOON).until(() -> committed() == 2);
        assertThat(producer.history().get(0).key()).isEqualTo("another".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDeadLetterThatKafkaDoesNotTakeIsSentAgain() {
        records(List.of(record(0, "another", 1)));
        thread.start();

        await().atMost(SOON).until(() -> producer.history().size() == 1);
        producer.errorNext(new TimeoutException("no leader"));
        await().atMost(SOON).until(() -> producer.history().size() == 2);
        assertThat(committed()).isZero();
        producer.completeNext();

        await().atMost(SOON).until(() -> committed() == 1);
    }

    private long committed() {
        var offset = consumer.committed(Set.of(PARTITION)).get(PARTITION);
        return offset == null ? 0 : offset.offset();
    }

    private void records(List<ConsumerRecord<byte[], byte[]>> records) {
        consumer.schedulePollTask(() -> records.forEach(consumer::addRecord));
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, String key, int revision) {
        return new ConsumerRecord<>(
                PARTITION.topic(), 0, offset, key.getBytes(StandardCharsets.UTF_8), new byte[] {(byte) revision});
    }

    private static Finding finding(int revision) {
        return Findings.finding("mf1-a", revision).build();
    }
}
