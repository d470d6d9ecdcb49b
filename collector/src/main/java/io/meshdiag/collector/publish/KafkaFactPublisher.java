package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroSerializer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Publishes facts to Kafka for a run that ends: the first fact that cannot be delivered ends it. For collectors that go on see {@link Outbox}. Facts
 * are written here rather than by the producer, so that a fact's size is known before it is sent. Not thread-safe.
 */
public final class KafkaFactPublisher implements FactPublisher {
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
        Map<String, Object> settings = ProducerSettings.from(config);
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(settings, false);
        return new KafkaFactPublisher(
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer()), serializer, topics);
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        String topic = topics.name(FactKind.of(fact).topic());
        FactReducer.Fitted fitted = FactReducer.fit(fact, f -> write(topic, f));
        if (fitted.outcome() != Outcome.REFUSED) {
            long timestamp = Facts.header(fact).getObservedAt().toEpochMilli();
            send(new ProducerRecord<>(topic, null, timestamp, Facts.key(fact).toString(), fitted.bytes()));
        }
        return fitted.outcome();
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
