package io.meshdiag.serde;

import io.meshdiag.finding.DeadLetterReason;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;

/** Confluent's wire format: a zero byte, the schema's id (4 bytes, big-endian), then the record in Avro's binary encoding. */
final class Framing {
    static final byte MAGIC = 0;
    static final int LENGTH = 1 + Integer.BYTES;

    /** First byte of a schema GUID, which newer Confluent clients may put into a record header in place of the frame. */
    private static final byte GUID_MAGIC = 1;

    private static final String KEY_GUID_HEADER = "__key_schema_id";
    private static final String VALUE_GUID_HEADER = "__value_schema_id";

    private Framing() {}

    /** The five bytes in front of a record of that schema. */
    static byte[] header(int schemaId) {
        return ByteBuffer.allocate(LENGTH).put(MAGIC).putInt(schemaId).array();
    }

    /**
     * Schema id of a framed record.
     *
     * @throws RecordFormatException if the bytes are not framed, or too few
     */
    static int schemaId(String topic, boolean key, Headers headers, byte[] bytes) {
        String header = key ? KEY_GUID_HEADER : VALUE_GUID_HEADER;
        if (headers != null && headers.lastHeader(header) != null) {
            throw guid(topic, "has its schema's GUID in the record header " + header);
        }
        if (bytes.length == 0) {
            throw new RecordFormatException(
                    DeadLetterReason.TRUNCATED,
                    "record on topic " + topic + " is empty; a deletion is a null value, not zero bytes");
        }
        if (bytes[0] == GUID_MAGIC) {
            throw guid(topic, "starts with byte 0x01, a schema GUID");
        }
        if (bytes[0] != MAGIC) {
            throw new RecordFormatException(
                    DeadLetterReason.NOT_FRAMED,
                    "record on topic " + topic + " is not in Confluent's wire format: it starts with byte 0x"
                            + String.format("%02x", bytes[0])
                            + " instead of 0x00; write this topic with io.meshdiag.serde.AvroSerializer or Confluent's KafkaAvroSerializer");
        }
        if (bytes.length < LENGTH) {
            throw new RecordFormatException(
                    DeadLetterReason.TRUNCATED,
                    "record on topic " + topic + " ends after " + bytes.length
                            + " byte(s), inside the schema id; look for a producer or a copying tool that cuts records");
        }
        return ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
    }

    private static RecordFormatException guid(String topic, String what) {
        return new RecordFormatException(
                DeadLetterReason.NOT_FRAMED,
                "record on topic " + topic + " " + what
                        + " (header framing of newer Confluent clients), not a 4-byte id; set value.schema.id.serializer="
                        + "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer at its producer");
    }
}
