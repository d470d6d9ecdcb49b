package io.meshdiag.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshdiag.fact.CniNode;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.registry.Compatibility;
import io.meshdiag.registry.InProcessRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.junit.jupiter.api.Test;

/** Programs of different versions on one topic. */
class SchemaResolutionTest {
    private static final String TOPIC = "meshdiag.config-snapshots";
    private static final String SUBJECT = TOPIC + "-io.meshdiag.fact.CniNode";

    private final String name = UUID.randomUUID().toString();
    private final InProcessRegistry registry = InProcessRegistry.named(name);

    @Test
    void aNewerWritersFieldIsPassedOver() {
        // Given a registry whose newest schema has one field more, in front
        registry.register(SUBJECT, withNewFieldInFront());

        // When a writer uses it
        byte[] bytes = write(Map.of("auto.register.schemas", false, "use.latest.version", true));

        // Then this program reads what it knows
        assertThat(read(bytes)).isEqualTo(Records.cniNode("node-1"));
        assertThat(bytes).startsWith(0, 0, 0, 0, 1);
    }

    @Test
    void anOlderWritersMissingFieldGetsItsDefault() {
        registry.register(SUBJECT, without("osImage"));

        byte[] bytes = write(Map.of("auto.register.schemas", false, "use.latest.version", true));

        assertThat(read(bytes).getOsImage()).isNull();
    }

    @Test
    void aWriterThatMayNotRegisterSaysSoWhenTheSchemaIsNotThere() {
        var e = catchThrowableOfType(RecordFormatException.class, () -> write(Map.of("auto.register.schemas", false)));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.UNKNOWN_SCHEMA);
        assertThat(e).hasMessageContaining(SUBJECT).hasMessageContaining("auto.register.schemas=true");
    }

    @Test
    void aWriterWhoseSchemaTheRegistryRefusesNamesSubjectAndField() {
        // Given a version that had a field which ours lacks and cannot do without
        registry.setCompatibility(SUBJECT, Compatibility.FULL);
        registry.register(SUBJECT, without("node"));

        var e = catchThrowableOfType(RecordFormatException.class, () -> write(Map.of()));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.INCOMPATIBLE_SCHEMA);
        assertThat(e).hasMessageContaining(SUBJECT).hasMessageContaining("/fields/");
    }

    @Test
    void aRecordWithANullWhereNoneMayBeIsInvalidAndNamesTheField() {
        CniNode node = Records.cniNode("node-1");
        node.put("node", null);
        var serde = new AvroSerde<CniNode>(registry, SubjectNameStrategy.TOPIC_RECORD);

        var e = catchThrowableOfType(
                RecordFormatException.class, () -> serde.serializer().serialize(TOPIC, node));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.INVALID);
        assertThat(e).hasMessageContaining("io.meshdiag.fact.CniNode").hasMessageContaining("node");
    }

    private byte[] write(Map<String, ?> settings) {
        Map<String, Object> config = new HashMap<>(settings);
        config.put("schema.registry.url", "memory://" + name);
        config.put("value.subject.name.strategy", SubjectNameStrategy.TOPIC_RECORD.className());
        try (var serializer = new AvroSerializer()) {
            serializer.configure(config, false);
            return serializer.serialize(TOPIC, Records.cniNode("node-1"));
        }
    }

    private CniNode read(byte[] bytes) {
        return new AvroSerde<CniNode>(registry, SubjectNameStrategy.TOPIC_RECORD)
                .deserializer()
                .deserialize(TOPIC, bytes);
    }

    private static Schema withNewFieldInFront() {
        List<Field> fields = fields();
        fields.add(0, new Field("added", Schema.create(Schema.Type.STRING), "Later.", "x"));
        return record(fields);
    }

    private static Schema without(String name) {
        List<Field> fields = fields();
        fields.removeIf(f -> f.name().equals(name));
        return record(fields);
    }

    private static List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        CniNode.getClassSchema().getFields().forEach(f -> fields.add(new Field(f, f.schema())));
        return fields;
    }

    private static Schema record(List<Field> fields) {
        return Schema.createRecord("CniNode", "Another version.", "io.meshdiag.fact", false, fields);
    }
}
