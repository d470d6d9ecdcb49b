package io.meshdiag.serde;

import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.registry.RegistryClient;
import io.meshdiag.registry.RegistryClients;
import io.meshdiag.registry.RegistryException;
import io.meshdiag.schema.Printable;
import io.meshdiag.schema.TrustedRecords;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads records in Confluent's wire format into the generated class of the record's name, resolving the writer's schema to ours. Null stays
 * null. Thread safe once configured.
 *
 * <p>Throws {@link RecordFormatException} with the reason when the bytes can never be read, {@link
 * io.meshdiag.registry.RegistryUnreachableException} when the registry is away (the record may be fine), {@link RegistryException} when the
 * registry refuses us.
 */
public final class AvroDeserializer implements Deserializer<SpecificRecord> {
    static {
        TrustedRecords.trust();
    }

    private final Map<Integer, DatumReader<SpecificRecord>> readers = new ConcurrentHashMap<>();
    private RegistryClient registry;
    private boolean key;

    /** For Kafka, which calls {@link #configure}. */
    public AvroDeserializer() {}

    AvroDeserializer(RegistryClient registry, boolean key) {
        this.registry = registry;
        this.key = key;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        SerdeConfig.from(configs, isKey);
        registry = RegistryClients.open(configs);
        key = isKey;
    }

    @Override
    public SpecificRecord deserialize(String topic, byte[] bytes) {
        return deserialize(topic, null, bytes);
    }

    @Override
    public SpecificRecord deserialize(String topic, Headers headers, byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        int id = Framing.schemaId(topic, key, headers, bytes);
        DatumReader<SpecificRecord> reader = readers.get(id);
        if (reader == null) {
            reader = reader(topic, id);
            readers.put(id, reader);
        }
        return decode(topic, id, reader, bytes);
    }

    private static SpecificRecord decode(String topic, int id, DatumReader<SpecificRecord> reader, byte[] bytes) {
        BinaryDecoder decoder =
                DecoderFactory.get().binaryDecoder(bytes, Framing.LENGTH, bytes.length - Framing.LENGTH, null);
        String what = "record on topic " + topic + " with schema id " + id + ", " + bytes.length + " bytes: ";
        try {
            SpecificRecord record = reader.read(null, decoder);
            int left = decoder.inputStream().available();
            if (left > 0) {
                throw new RecordFormatException(
                        DeadLetterReason.UNDECODABLE,
                        what + left + " byte(s) are left over after the record; it was not written with that schema");
            }
            return record;
        } catch (EOFException e) {
            throw new RecordFormatException(
                    DeadLetterReason.TRUNCATED,
                    what + "it ends before its schema does; look for a producer or a copying tool that cuts records");
        } catch (RecordFormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Neither Avro's message nor its exception goes along: both may quote the record.
            throw new RecordFormatException(
                    DeadLetterReason.UNDECODABLE,
                    what + "does not decode (" + e.getClass().getSimpleName()
                            + "); it was not written with that schema");
        }
    }

    private DatumReader<SpecificRecord> reader(String topic, int id) {
        String what = "record on topic " + topic + " names schema id " + id;
        Schema writer = writer(what, id);
        Class<? extends SpecificRecord> type = RecordClasses.named(writer.getFullName())
                .orElseThrow(
                        () -> new RecordFormatException(
                                DeadLetterReason.UNKNOWN_SCHEMA,
                                what + ", which is " + Printable.shorten(writer.getFullName(), 200)
                                        + " and not a record of this program; another program writes there, or this one is too old"));
        SpecificData model = SpecificData.getForClass(type);
        Schema reader = model.getSchema(type);
        var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
        if (result.getType() != SchemaCompatibilityType.COMPATIBLE) {
            String why = result.getResult().getIncompatibilities().stream()
                    .map(i -> i.getType() + " at " + i.getLocation())
                    .collect(Collectors.joining("; "));
            throw new RecordFormatException(
                    DeadLetterReason.INCOMPATIBLE_SCHEMA,
                    what + ", a version of " + writer.getFullName()
                            + " that this program cannot read; run the version that wrote it or a newer one: "
                            + Printable.shorten(why, 1_000));
        }
        return new SpecificDatumReader<>(writer, reader, model);
    }

    private Schema writer(String what, int id) {
        try {
            return registry.schemaById(id);
        } catch (RegistryException e) {
            throw switch (e.errorCode()) {
                case RegistryException.SCHEMA_NOT_FOUND ->
                    new RecordFormatException(
                            DeadLetterReason.UNKNOWN_SCHEMA,
                            what
                                    + ", which the registry does not have; is schema.registry.url the registry that its producer uses? "
                                    + e.getMessage(),
                            e);
                case RegistryException.INVALID_SCHEMA ->
                    new RecordFormatException(
                            DeadLetterReason.UNKNOWN_SCHEMA, what + ", which is no Avro schema: " + e.getMessage(), e);
                default -> e;
            };
        }
    }
}
