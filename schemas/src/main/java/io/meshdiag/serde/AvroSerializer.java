package io.meshdiag.serde;

import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.registry.RegisteredSchema;
import io.meshdiag.registry.RegistryClient;
import io.meshdiag.registry.RegistryClients;
import io.meshdiag.registry.RegistryException;
import io.meshdiag.schema.TrustedRecords;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes records in Confluent's wire format. Null stays null: a tombstone. Thread safe once configured.
 *
 * <p>Throws {@link RecordFormatException} for a record that can never be written, {@link
 * io.meshdiag.registry.RegistryUnreachableException} when the registry is away, {@link RegistryException} when it refuses us.
 */
public final class AvroSerializer implements Serializer<SpecificRecord> {
    static {
        TrustedRecords.trust();
    }

    private final Map<Target, Encoding> encodings = new ConcurrentHashMap<>();
    private RegistryClient registry;
    private SerdeConfig config;
    private boolean key;

    /** A topic and what is written to it: registered once. */
    private record Target(String topic, Schema schema) {}

    /** For Kafka, which calls {@link #configure}. */
    public AvroSerializer() {}

    AvroSerializer(RegistryClient registry, SubjectNameStrategy strategy, boolean key) {
        this.registry = registry;
        this.config = new SerdeConfig(true, false, strategy);
        this.key = key;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        config = SerdeConfig.from(configs, isKey);
        registry = RegistryClients.open(configs);
        key = isKey;
    }

    @Override
    public byte[] serialize(String topic, SpecificRecord record) {
        if (record == null) {
            return null;
        }
        Target target = new Target(topic, record.getSchema());
        Encoding encoding = encodings.get(target);
        if (encoding == null) {
            encoding = resolve(topic, record.getSchema());
            encodings.put(target, encoding);
        }
        try {
            return encoding.encode(record);
        } catch (IOException | AvroRuntimeException | NullPointerException | ClassCastException e) {
            // Avro names the field that is null; other messages could quote the record.
            String where = e instanceof NullPointerException ? ": " + e.getMessage() : "";
            throw new RecordFormatException(
                    DeadLetterReason.INVALID,
                    "record " + record.getSchema().getFullName() + " for topic " + topic
                            + " does not fit its own schema (" + e.getClass().getSimpleName() + where
                            + "); build it with newBuilder(), which checks");
        }
    }

    private Encoding resolve(String topic, Schema schema) {
        String subject = config.strategy().subject(topic, key, schema);
        try {
            if (config.autoRegister()) {
                return Encoding.of(registry.register(subject, schema), schema);
            }
            if (config.useLatest()) {
                return latest(topic, schema, registry.latest(subject));
            }
            return Encoding.of(registry.lookup(subject, schema), schema);
        } catch (RegistryException e) {
            String what = "writing " + schema.getFullName() + " to topic " + topic + ": ";
            throw switch (e.errorCode()) {
                case RegistryException.INCOMPATIBLE ->
                    new RecordFormatException(
                            DeadLetterReason.INCOMPATIBLE_SCHEMA,
                            what + "the registry refused the schema for subject " + subject
                                    + "; another version of this program wrote there, or the subject is another record's: "
                                    + e.getMessage(),
                            e);
                case RegistryException.SCHEMA_NOT_FOUND, RegistryException.SUBJECT_NOT_FOUND ->
                    new RecordFormatException(
                            DeadLetterReason.UNKNOWN_SCHEMA,
                            what + "the schema is not registered under subject " + subject
                                    + "; register it, or set auto.register.schemas=true: " + e.getMessage(),
                            e);
                default -> e;
            };
        }
    }

    private static Encoding latest(String topic, Schema own, RegisteredSchema latest) {
        boolean readable = SchemaCompatibility.checkReaderWriterCompatibility(latest.schema(), own)
                        .getType()
                == SchemaCompatibilityType.COMPATIBLE;
        if (!readable) {
            throw new RecordFormatException(
                    DeadLetterReason.INCOMPATIBLE_SCHEMA,
                    "writing " + own.getFullName() + " to topic " + topic + ": version " + latest.version()
                            + " of subject " + latest.subject()
                            + " cannot read this program's records; register this program's schema");
        }
        return Encoding.as(latest.id(), own, latest.schema());
    }
}
