package io.meshdiag.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.fact.CniNode;
import io.meshdiag.fact.Workload;
import io.meshdiag.registry.InProcessRegistry;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class AvroSerdeTest {
    private static final String TOPIC = "meshdiag.config-snapshots";

    @Test
    void returnsTheRecordThatItWasGiven() {
        var serde = new AvroSerde<>(new InProcessRegistry(), SubjectNameStrategy.TOPIC_RECORD);
        CniNode node = Records.cniNode("node-1");

        byte[] bytes = serde.serializer().serialize(TOPIC, node);

        assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(node);
    }

    @Test
    void framesWithAZeroByteAndTheSchemaIdInBigEndianOrder() {
        var registry = new InProcessRegistry();
        var serde = new AvroSerde<CniNode>(registry, SubjectNameStrategy.TOPIC_RECORD);

        byte[] bytes = serde.serializer().serialize(TOPIC, Records.cniNode("node-1"));

        int id = registry.lookup(TOPIC + "-io.meshdiag.fact.CniNode", CniNode.getClassSchema());
        assertThat(bytes).startsWith(0, 0, 0, 0, id);
    }

    @Test
    void keepsATombstoneNull() {
        var serde = new AvroSerde<SpecificRecord>(new InProcessRegistry(), SubjectNameStrategy.TOPIC);

        assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
        assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
    }

    @Test
    void letsOneTopicCarrySeveralKindsOfRecord() {
        var serde = new AvroSerde<SpecificRecord>(new InProcessRegistry(), SubjectNameStrategy.TOPIC_RECORD);
        CniNode node = Records.cniNode("node-1");
        Workload workload = Records.workload("web");

        byte[] first = serde.serializer().serialize(TOPIC, node);
        byte[] second = serde.serializer().serialize(TOPIC, workload);

        assertThat(serde.deserializer().deserialize(TOPIC, first)).isEqualTo(node);
        assertThat(serde.deserializer().deserialize(TOPIC, second)).isEqualTo(workload);
    }

    @Test
    void isConfiguredWithConfluentsNames() {
        Map<String, Object> config = Map.of(
                "schema.registry.url", "memory://AvroSerdeTest",
                "value.subject.name.strategy", "io.confluent.kafka.serializers.subject.RecordNameStrategy",
                "auto.register.schemas", "true",
                "specific.avro.reader", "true");
        CniNode node = Records.cniNode("node-1");
        try (var serde = new AvroSerde<CniNode>()) {
            serde.configure(config, false);

            byte[] bytes = serde.serializer().serialize(TOPIC, node);

            assertThat(serde.deserializer().deserialize(TOPIC, bytes)).isEqualTo(node);
        }
        assertThat(InProcessRegistry.named("AvroSerdeTest").subjects()).containsExactly("io.meshdiag.fact.CniNode");
    }

    @Test
    void saysWhichSettingIsMissing() {
        try (var serializer = new AvroSerializer()) {
            assertThatThrownBy(() -> serializer.configure(Map.of(), false))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("schema.registry.url is not set");
        }
    }

    @Test
    void saysWhichStrategiesThereAre() {
        Map<String, Object> config = Map.of(
                "schema.registry.url", "memory://AvroSerdeTest",
                "key.subject.name.strategy", "com.example.Custom");
        try (var serializer = new AvroSerializer()) {
            assertThatThrownBy(() -> serializer.configure(config, true))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("com.example.Custom")
                    .hasMessageContaining("io.confluent.kafka.serializers.subject.TopicRecordNameStrategy");
        }
    }
}
