package io.meshdiag.collector.publish;

import io.meshdiag.schema.ClusterPartitioner;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroSerializer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes facts to Kafka: idempotent, acknowledged by all replicas, all facts of a cluster in one partition of each topic. Facts are written
 * here rather than by the producer, so that a fact's size is known before it is sent.
 */
public final class KafkaFactPublisher implements FactPublisher {
    /** Bytes of one record's value; the broker's default limit is 1 MiB for a batch with its overhead. */
    static final int MAX_RECORD_BYTES = 900_000;

    private final Producer<String, byte[]> producer;
    private final Serializer<SpecificRecord> serializer;
    private final Topics topics;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    KafkaFactPublisher(Producer<String, byte[]> producer, Serializer<SpecificRecord> serializer, Topics topics) {
        this.producer = producer;
        this.serializer = serializer;
        this.topics = topics;
    }

    /**
     * Connects lazily: an unreachable broker shows with the first flush.
     *
     * @param config at least {@code bootstrap.servers} and {@code schema.registry.url}; any setting of Kafka's producer, of which those that
     *     guarantee delivery and partitioning cannot be changed
     */
    public static KafkaFactPublisher open(Map<String, ?> config, Topics topics) {
        Map<String, Object> settings = new HashMap<>(config);
        settings.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "meshdiag-collector");
        settings.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 20);
        settings.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.PARTITIONER_CLASS_CONFIG, ClusterPartitioner.class.getName());
        // config-snapshots carries many record types; each has a schema of its own.
        settings.putIfAbsent(
                "value.subject.name.strategy", "io.confluent.kafka.serializers.subject.TopicRecordNameStrategy");
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(settings, false);
        return new KafkaFactPublisher(
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer()), serializer, topics);
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        String topic = topics.name(FactKind.of(fact).topic());
        byte[] value = write(topic, fact);
        Outcome outcome = Outcome.SENT;
        if (value.length > MAX_RECORD_BYTES) {
            Optional<byte[]> smaller = FactReducer.reduce(fact)
                    .map(reduced -> write(topic, reduced))
                    .filter(bytes -> bytes.length <= MAX_RECORD_BYTES);
            if (smaller.isEmpty()) {
                return Outcome.REFUSED;
            }
            value = smaller.get();
            outcome = Outcome.REDUCED;
        }
        long timestamp = Facts.header(fact).getObservedAt().toEpochMilli();
        send(new ProducerRecord<>(topic, null, timestamp, Facts.key(fact).toString(), value));
        return outcome;
    }

    @Override
    public void tombstone(FactKey key) {
        send(new ProducerRecord<>(topics.name(key.kind().topic()), key.toString(), null));
    }

    private byte[] write(String topic, SpecificRecord fact) {
        try {
            return serializer.serialize(topic, fact);
        } catch (KafkaException e) {
            throw new PublishException("a fact for " + topic + " cannot be written: " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told
    private void send(ProducerRecord<String, byte[]> record) {
        throwIfFailed();
        try {
            producer.send(record, (metadata, e) -> {
                if (e != null) {
                    failure.compareAndSet(null, e);
                }
            });
        } catch (KafkaException e) {
            failure.compareAndSet(null, e);
            throwIfFailed();
        }
    }

    @Override
    public void flush() {
        producer.flush();
        throwIfFailed();
    }

    private void throwIfFailed() {
        Exception e = failure.get();
        if (e != null) {
            throw new PublishException(
                    "facts could not be delivered to Kafka (" + e.getClass().getSimpleName() + ": " + e.getMessage()
                            + "); check that the brokers of bootstrap.servers are reachable and that the topics exist",
                    e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(30));
        serializer.close();
    }
}
