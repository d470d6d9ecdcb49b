package io.meshdiag.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.meshdiag.fact.CniNode;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.registry.Compatibility;
import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryUnreachableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** What becomes of bytes that are no record: each gets its reason and a message that helps, and nobody sees the bytes. */
class UnreadableRecordTest {
    private static final String TOPIC = "meshdiag.config-snapshots";
    private static final String SECRET = "hunter2-in-a-node-name";

    private final InProcessRegistry registry = new InProcessRegistry();
    private final AvroSerde<CniNode> serde = new AvroSerde<>(registry, SubjectNameStrategy.TOPIC_RECORD);
    private final byte[] good = serde.serializer().serialize(TOPIC, Records.cniNode(SECRET));

    @Test
    void withoutTheMagicByteIsNotFramed() {
        var e = reading("{\"json\": true}".getBytes(StandardCharsets.UTF_8));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.NOT_FRAMED);
        assertThat(e).hasMessageContaining(TOPIC).hasMessageContaining("0x7b instead of 0x00");
    }

    @Test
    void withASchemaGuidInFrontIsNotFramedAndSaysWhatToSet() {
        byte[] guid = good.clone();
        guid[0] = 1;

        var e = reading(guid);

        assertThat(e.reason()).isEqualTo(DeadLetterReason.NOT_FRAMED);
        assertThat(e).hasMessageContaining("GUID").hasMessageContaining("value.schema.id.serializer=");
    }

    @Test
    void withASchemaGuidInARecordHeaderIsNotFramedAndNamesTheHeader() {
        Headers headers = new RecordHeaders().add("__value_schema_id", new byte[17]);

        var e = reading(headers, Arrays.copyOfRange(good, 5, good.length));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.NOT_FRAMED);
        assertThat(e).hasMessageContaining("__value_schema_id");
    }

    @Test
    void emptyIsTruncatedAndNoTombstone() {
        var e = reading(new byte[0]);

        assertThat(e.reason()).isEqualTo(DeadLetterReason.TRUNCATED);
        assertThat(e).hasMessageContaining("a deletion is a null value");
    }

    @Test
    void cutInsideTheSchemaIdIsTruncated() {
        assertThat(reading(Arrays.copyOf(good, 4)).reason()).isEqualTo(DeadLetterReason.TRUNCATED);
    }

    @Test
    void cutAnywhereInTheBodyIsTruncated() {
        for (int length = 5; length < good.length; length++) {
            assertThat(reading(Arrays.copyOf(good, length)).reason())
                    .as("%d of %d bytes", length, good.length)
                    .isEqualTo(DeadLetterReason.TRUNCATED);
        }
    }

    @Test
    void withBytesLeftOverIsUndecodable() {
        var e = reading(Arrays.copyOf(good, good.length + 3));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.UNDECODABLE);
        assertThat(e).hasMessageContaining("3 byte(s) are left over");
    }

    @Test
    void withAnImpossibleBodyIsUndecodableAndItsBytesAreNotQuoted() {
        byte[] bad = good.clone();
        // The first field is a string: a negative length.
        bad[5] = 1;

        var e = reading(bad);

        assertThat(e.reason()).isEqualTo(DeadLetterReason.UNDECODABLE);
        assertThat(e).hasNoCause();
        assertThat(e.getMessage()).contains("schema id 1").doesNotContain(SECRET);
    }

    @Test
    void ofAnIdThatTheRegistryDoesNotHaveIsUnknownSchema() {
        byte[] unknown = good.clone();
        unknown[4] = 77;

        var e = reading(unknown);

        assertThat(e.reason()).isEqualTo(DeadLetterReason.UNKNOWN_SCHEMA);
        assertThat(e).hasMessageContaining("schema id 77").hasMessageContaining("schema.registry.url");
    }

    @Test
    void ofAnotherProgramsRecordIsUnknownSchema() {
        var e = reading(
                framedAs(SchemaBuilder.record("com.example.Order").fields().endRecord()));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.UNKNOWN_SCHEMA);
        assertThat(e).hasMessageContaining("com.example.Order");
    }

    @Test
    void thatNamesAClassOfOursWhichIsNoRecordIsUnknownSchema() {
        var e = reading(framedAs(
                SchemaBuilder.record("io.meshdiag.serde.Records").fields().endRecord()));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.UNKNOWN_SCHEMA);
    }

    @Test
    void ofAVersionWithoutWhatWeNeedIsIncompatibleAndNamesTheField() {
        var e = reading(framedAs(SchemaBuilder.record("io.meshdiag.fact.CniNode")
                .fields()
                .requiredString("node")
                .endRecord()));

        assertThat(e.reason()).isEqualTo(DeadLetterReason.INCOMPATIBLE_SCHEMA);
        assertThat(e).hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE");
    }

    @Test
    void whileTheRegistryIsAwayIsNotTheRecordsFault() {
        try (var deserializer = new AvroDeserializer()) {
            deserializer.configure(Map.of("schema.registry.url", "http://127.0.0.1:1", "max.retries", "0"), false);

            var e = catchThrowableOfType(
                    RegistryUnreachableException.class, () -> deserializer.deserialize(TOPIC, good));

            assertThat(e).hasMessageContaining("http://127.0.0.1:1");
        }
    }

    @Test
    void isForgottenByTheNextGoodRecord() {
        reading(new byte[] {9, 9});

        assertThat(serde.deserializer().deserialize(TOPIC, good).getNode()).isEqualTo(SECRET);
    }

    private byte[] framedAs(Schema schema) {
        registry.setCompatibility("other", Compatibility.NONE);
        return Framing.header(registry.register("other", schema));
    }

    private RecordFormatException reading(byte[] bytes) {
        return reading(new RecordHeaders(), bytes);
    }

    private RecordFormatException reading(Headers headers, byte[] bytes) {
        return catchThrowableOfType(
                RecordFormatException.class, () -> serde.deserializer().deserialize(TOPIC, headers, bytes));
    }
}
