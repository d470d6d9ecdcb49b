package io.meshdiag.sink.deliver;

import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.schema.Printable;
import io.meshdiag.sink.bulk.SinkMetrics;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts records aside on the topic dead-letters. A record counts as settled only when Kafka has acknowledged its letter; a letter that cannot be sent is
 * sent again at the next {@link #step}, for ever.
 */
final class DeadLetters {
    private static final Logger LOGGER = LoggerFactory.getLogger(DeadLetters.class);
    private static final int MAX_DETAIL = 2_000;

    private record Letter(ProducerRecord<byte[], SpecificRecord> record, Runnable acknowledged) {}

    private final Producer<byte[], SpecificRecord> producer;
    private final String topic;
    private final SinkMetrics metrics;
    private final Queue<Letter> toSend = new ArrayDeque<>();
    private final Queue<Letter> failed = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> acknowledged = new ConcurrentLinkedQueue<>();

    DeadLetters(Producer<byte[], SpecificRecord> producer, String topic, SinkMetrics metrics) {
        this.producer = producer;
        this.topic = topic;
        this.metrics = metrics;
    }

    /** @param settled run by {@link #step} once Kafka has the letter */
    void put(ConsumerRecord<byte[], byte[]> record, DeadLetterReason reason, String detail, Runnable settled) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        DeadLetter letter = DeadLetter.newBuilder()
                .setTopic(record.topic())
                .setPartition(record.partition())
                .setOffset(record.offset())
                .setRecordTime(Instant.ofEpochMilli(record.timestamp()))
                .setReason(reason)
                .setDetail(Printable.shorten(detail, MAX_DETAIL))
                .setRefusedBy("sink-elasticsearch")
                .setValueSize(value.length)
                .setValueSha256(sha256(value))
                .build();
        metrics.putAside(reason.name());
        LOGGER.atWarn()
                .addKeyValue("topic", record.topic())
                .addKeyValue("partition", record.partition())
                .addKeyValue("offset", record.offset())
                .addKeyValue("reason", reason)
                .addKeyValue("detail", letter.getDetail())
                .log("record put aside");
        toSend.add(new Letter(new ProducerRecord<>(topic, record.key(), letter), settled));
    }

    /** Sends what waits and settles what is acknowledged; may block for the producer's max.block.ms when Kafka is away. */
    void step() {
        for (Letter letter = failed.poll(); letter != null; letter = failed.poll()) {
            toSend.add(letter);
        }
        for (int i = toSend.size(); i > 0; i--) {
            if (!send(toSend.remove())) {
                break;
            }
        }
        for (Runnable settled = acknowledged.poll(); settled != null; settled = acknowledged.poll()) {
            settled.run();
        }
    }

    private boolean send(Letter letter) {
        try {
            Future<RecordMetadata> unused = producer.send(letter.record(), (metadata, failure) -> {
                if (failure == null) {
                    acknowledged.add(letter.acknowledged());
                } else {
                    failed.add(letter);
                }
            });
            return true;
        } catch (KafkaException e) {
            // The registry is away, or the buffer is full: the letter is as good as before.
            LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("dead letter could not be sent, trying again");
            toSend.add(letter);
            return false;
        }
    }

    private static String sha256(byte[] value) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
