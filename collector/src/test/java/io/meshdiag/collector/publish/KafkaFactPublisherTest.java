package io.meshdiag.collector.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.TestPages;
import io.meshdiag.collector.publish.FactPublisher.Outcome;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.ProxyEndpointCount;
import io.meshdiag.schema.ClusterPartitioner;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroDeserializer;
import io.meshdiag.serde.AvroSerializer;
import java.util.Collections;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaFactPublisherTest {
    private static final Map<String, Object> REGISTRY = Map.of(
            "schema.registry.url", "memory://kafka-fact-publisher-test",
            "value.subject.name.strategy", "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy");

    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, new ClusterPartitioner(), new StringSerializer(), new ByteArraySerializer());
    private final KafkaFactPublisher publisher =
            new KafkaFactPublisher(producer, serializer(), Topics.named("meshdiag."));

    @Test
    void sendsAFactUnderItsKeyToItsTopicAtItsTime() {
        // Given
        NamespaceProfile fact = namespace("shop");
        // When
        Outcome outcome = publisher.publish(fact);
        // Then
        assertThat(outcome).isEqualTo(Outcome.SENT);
        ProducerRecord<String, byte[]> sent = producer.history().get(0);
        assertThat(sent.topic()).isEqualTo("meshdiag.config-snapshots");
        assertThat(sent.key()).isEqualTo("mesh1/east@0a1b2c3d/NamespaceProfile/shop");
        assertThat(sent.timestamp()).isEqualTo(TestPages.AT.toEpochMilli());
        try (AvroDeserializer deserializer = new AvroDeserializer()) {
            deserializer.configure(REGISTRY, false);
            assertThat(deserializer.deserialize(sent.topic(), sent.value())).isEqualTo(fact);
        }
    }

    @Test
    void aTombstoneHasTheKeyAndNoValue() {
        publisher.tombstone(Facts.key(namespace("shop")));

        ProducerRecord<String, byte[]> sent = producer.history().get(0);
        assertThat(sent.key()).endsWith("/NamespaceProfile/shop");
        assertThat(sent.value()).isNull();
    }

    @Test
    void aProxyConfigThatIsTooLargeLosesItsListAndSaysSo() {
        ProxyEndpointCount count = new ProxyEndpointCount("h".repeat(1000), "west", 1, 1, 0, 1, 1L);
        ProxyConfig large = Digests.stamp(ProxyConfig.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setNamespace("shop")
                .setName("web-1")
                .setEndpointCounts(Collections.nCopies(2000, count))
                .setEndpointCountsTotal(2000)
                .build());

        assertThat(publisher.publish(large)).isEqualTo(Outcome.REDUCED);

        byte[] value = producer.history().get(0).value();
        assertThat(value.length).isLessThan(FactReducer.MAX_RECORD_BYTES);
        try (AvroDeserializer deserializer = new AvroDeserializer()) {
            deserializer.configure(REGISTRY, false);
            ProxyConfig sent = (ProxyConfig) deserializer.deserialize("meshdiag.config-snapshots", value);
            assertThat(sent.getTruncated()).isTrue();
            assertThat(sent.getEndpointCountsTotal()).isEqualTo(2000);
        }
    }

    @Test
    void aFactThatCannotBeReducedIsRefusedAndNeverSent() {
        assertThat(publisher.publish(namespace("n".repeat(FactReducer.MAX_RECORD_BYTES))))
                .isEqualTo(Outcome.REFUSED);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aFailedDeliveryShowsWithTheNextFlush() {
        MockProducer<String, byte[]> failing =
                new MockProducer<>(false, new ClusterPartitioner(), new StringSerializer(), new ByteArraySerializer());
        try (KafkaFactPublisher failed = new KafkaFactPublisher(failing, serializer(), Topics.named("meshdiag."))) {
            failed.publish(namespace("shop"));
            failing.errorNext(new TimeoutException("3 record(s) expired"));

            assertThatThrownBy(failed::flush)
                    .isInstanceOf(PublishException.class)
                    .hasMessageContaining("3 record(s) expired")
                    .hasMessageContaining("bootstrap.servers");
        }
    }

    private static NamespaceProfile namespace(String name) {
        return Digests.stamp(NamespaceProfile.newBuilder()
                .setHeader(TestPages.ORIGIN.header())
                .setName(name)
                .build());
    }

    private static AvroSerializer serializer() {
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(REGISTRY, false);
        return serializer;
    }
}
