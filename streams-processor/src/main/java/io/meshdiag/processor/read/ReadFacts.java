package io.meshdiag.processor.read;

import io.meshdiag.fact.FactHeader;
import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.time.ObservedAt;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Printable;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.RecordFormatException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Decodes one record of a facts topic. What cannot be read becomes a dead letter and costs nothing else; a registry that is away says nothing
 * about the record, so that exception goes up and Streams tries again.
 */
public final class ReadFacts implements ProcessorSupplier<byte[], byte[], byte[], Decoded> {
    /** Program name in dead letters. */
    public static final String PROGRAM = "streams-processor";

    private final Topics topics;
    private final Supplier<Deserializer<SpecificRecord>> deserializer;
    private final ProcessorMetrics metrics;

    public ReadFacts(Topics topics, Supplier<Deserializer<SpecificRecord>> deserializer, ProcessorMetrics metrics) {
        this.topics = topics;
        this.deserializer = deserializer;
        this.metrics = metrics;
    }

    @Override
    public Processor<byte[], byte[], byte[], Decoded> get() {
        return new Reader(deserializer.get());
    }

    private final class Reader extends ContextualProcessor<byte[], byte[], byte[], Decoded> {
        private final Deserializer<SpecificRecord> facts;

        Reader(Deserializer<SpecificRecord> facts) {
            this.facts = facts;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            RecordMetadata from = context().recordMetadata().orElseThrow();
            Instant now = Instant.ofEpochMilli(context().currentSystemTimeMs());
            try {
                FactChange change = read(from.topic(), record, now);
                context().forward(record.withValue(new Decoded.Read(change)));
            } catch (Unreadable e) {
                metrics.deadLettered();
                // Its own time would let an old record's dead letter expire at once.
                context()
                        .forward(record.withValue((Decoded) new Decoded.Refused(letter(from, record, e)))
                                .withTimestamp(now.toEpochMilli()));
            }
            // Last, so that whoever sees all facts counted also sees what they set going.
            metrics.factRead();
        }

        private FactChange read(String topic, Record<byte[], byte[]> record, Instant now) throws Unreadable {
            FactKey key = key(record.key());
            if (!key.kind().topic().equals(topics.withoutPrefix(topic))) {
                throw new Unreadable(
                        DeadLetterReason.WRONG_TOPIC,
                        "keys of kind " + key.kind().segment() + " belong on topic "
                                + topics.name(key.kind().topic()));
            }
            if (record.value() == null) {
                if (key.kind().event()) {
                    throw new Unreadable(
                            DeadLetterReason.INVALID, "an event has no tombstone; it expires with its topic");
                }
                return new FactChange(key, null);
            }
            SpecificRecord fact = decode(topic, record);
            if (fact.getClass() != key.kind().record()) {
                throw new Unreadable(
                        DeadLetterReason.INVALID,
                        "the key says " + key.kind().segment() + ", the value is a "
                                + fact.getSchema().getName());
            }
            FactKey own = Facts.key(fact);
            if (!own.equals(key)) {
                throw new Unreadable(
                        DeadLetterReason.INVALID,
                        "the key disagrees with the fact, whose own key is " + Printable.shorten(own.toString(), 500));
            }
            return new FactChange(key, clamped(fact, now));
        }

        private SpecificRecord decode(String topic, Record<byte[], byte[]> record) throws Unreadable {
            try {
                return facts.deserialize(topic, record.headers(), record.value());
            } catch (RecordFormatException e) {
                throw new Unreadable(e.reason(), e.getMessage());
            }
        }
    }

    private static FactKey key(byte[] bytes) throws Unreadable {
        if (bytes == null) {
            throw new Unreadable(DeadLetterReason.BAD_KEY, "a fact needs a key");
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new Unreadable(
                    DeadLetterReason.BAD_KEY, "the key has control characters: " + Printable.shorten(text, 200));
        }
        try {
            FactKey key = FactKey.parse(text);
            if (!key.toString().equals(text)) {
                throw new Unreadable(
                        DeadLetterReason.BAD_KEY,
                        "the key is not in its canonical form " + Printable.shorten(key.toString(), 200));
            }
            return key;
        } catch (IllegalArgumentException e) {
            throw new Unreadable(DeadLetterReason.BAD_KEY, e.getMessage());
        }
    }

    /** A fact from the future would decide what time it is for its whole scope. */
    private static SpecificRecord clamped(SpecificRecord fact, Instant now) {
        FactHeader header = Facts.header(fact);
        Instant at = ObservedAt.clamp(header.getObservedAt(), now);
        if (!at.equals(header.getObservedAt())) {
            fact.put(0, FactHeader.newBuilder(header).setObservedAt(at).build());
        }
        return fact;
    }

    private static DeadLetter letter(RecordMetadata from, Record<byte[], byte[]> record, Unreadable why) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        return DeadLetter.newBuilder()
                .setTopic(from.topic())
                .setPartition(from.partition())
                .setOffset(from.offset())
                .setRecordTime(Instant.ofEpochMilli(record.timestamp()))
                .setReason(why.reason)
                .setDetail(Printable.shorten(why.getMessage(), 2_000))
                .setRefusedBy(PROGRAM)
                .setValueSize(value.length)
                .setValueSha256(Digests.sha256Hex(value))
                .build();
    }

    /** This record, and only this one, is lost. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1L;

        private final DeadLetterReason reason;

        Unreadable(DeadLetterReason reason, String message) {
            super(message);
            this.reason = reason;
        }
    }
}
