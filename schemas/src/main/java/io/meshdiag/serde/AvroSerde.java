package io.meshdiag.serde;

import io.meshdiag.registry.RegistryClient;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Serializer and deserializer of one kind of record, for Kafka Streams.
 *
 * @param <T> what is on the topic; {@link SpecificRecord} for a topic with several kinds. Whether a topic holds only T is its writers'
 *     promise: the reader gets whatever kind the schema id names.
 */
public final class AvroSerde<T extends SpecificRecord> implements Serde<T> {
    private final AvroSerializer serializer;
    private final AvroDeserializer deserializer;

    /** For Kafka Streams' default serdes, which it configures. */
    public AvroSerde() {
        serializer = new AvroSerializer();
        deserializer = new AvroDeserializer();
    }

    /** For values of topics and stores, ready without {@link #configure}; registers the schemas that it writes. */
    public AvroSerde(RegistryClient registry, SubjectNameStrategy strategy) {
        serializer = new AvroSerializer(registry, strategy, false);
        deserializer = new AvroDeserializer(registry, false);
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        serializer.configure(configs, isKey);
        deserializer.configure(configs, isKey);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Serializer<T> serializer() {
        return (Serializer<T>) (Serializer<?>) serializer;
    }

    @Override
    @SuppressWarnings("unchecked")
    public Deserializer<T> deserializer() {
        return (Deserializer<T>) (Deserializer<?>) deserializer;
    }
}
