package io.meshdiag.sink.deliver;

import io.meshdiag.finding.DeadLetterReason;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.RecordFormatException;
import io.meshdiag.sink.bulk.BulkDelivery;
import io.meshdiag.sink.bulk.SinkMetrics;
import io.meshdiag.sink.bulk.Ticket;
import io.meshdiag.sink.bulk.Write;
import io.meshdiag.sink.document.Indices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread of the sink: reads records, hands writes to {@link BulkDelivery}, commits what is settled. When too much waits, partitions are paused
 * while polling goes on, so that the group never takes a slow store for a dead sink.
 */
public final class SinkLoop implements Runnable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SinkLoop.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration BUSY = Duration.ofMillis(5);
    private static final long COMMIT_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long HOLD_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long FAREWELL_NANOS = Duration.ofSeconds(10).toNanos();

    private final Consumer<byte[], byte[]> consumer;
    private final Deserializer<SpecificRecord> deserializer;
    private final BulkDelivery delivery;
    private final DeadLetters deadLetters;
    private final WriteFactory writes;
    private final SinkMetrics metrics;
    private final Topics topics;
    private final List<String> subscribed;
    private final Assignment assignment;
    private final Map<TopicPartition, Long> held = new HashMap<>();
    private volatile boolean stopping;
    private volatile boolean reading;
    private volatile String unreadable = "";
    private volatile long lag;
    private boolean paused;

    public SinkLoop(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], SpecificRecord> producer,
            Deserializer<SpecificRecord> deserializer,
            BulkDelivery delivery,
            SinkMetrics metrics,
            Topics topics,
            Indices indices,
            Collection<String> index) {
        this.consumer = consumer;
        this.deserializer = deserializer;
        this.delivery = delivery;
        this.metrics = metrics;
        this.topics = topics;
        deadLetters = new DeadLetters(producer, topics.name(Topics.DEAD_LETTERS), metrics);
        writes = new WriteFactory(topics, indices);
        subscribed = index.stream().map(topics::name).toList();
        assignment = new Assignment(consumer);
    }

    /** Returns after {@link #stop}, when what was under way is settled or ten seconds are over; throws when Kafka refuses us for good. */
    @Override
    public void run() {
        try {
            consumer.subscribe(subscribed, assignment);
            reading = true;
            long committedAt = System.nanoTime();
            while (!stopping) {
                turn();
                if (System.nanoTime() - committedAt >= COMMIT_NANOS) {
                    assignment.commit();
                    lag = assignment.lag();
                    committedAt = System.nanoTime();
                }
            }
            farewell();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reading = false;
            consumer.close();
        }
    }

    /** Asks {@link #run} to return; may be called from any thread. */
    public void stop() {
        stopping = true;
    }

    /** Why the sink does not do its work; empty when it does. */
    public String unreadyReason() {
        if (!reading) {
            return "not reading from Kafka";
        }
        return unreadable.isEmpty() ? delivery.state().reason() : unreadable;
    }

    /** Records that are in Kafka and not settled yet, in our partitions; as of about a second ago. */
    public long lag() {
        return lag;
    }

    private void turn() throws InterruptedException {
        ConsumerRecords<byte[], byte[]> records =
                consumer.poll(delivery.inFlight() > 0 ? Duration.ZERO : delivery.idle() ? IDLE : BUSY);
        Set<TopicPartition> stuck = new HashSet<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (!stuck.contains(partition) && !take(record, partition)) {
                stuck.add(partition);
            }
        }
        if (records.isEmpty()) {
            delivery.awaitAnswer(BUSY);
        }
        delivery.step();
        deadLetters.step();
        pauseOrResume();
    }

    /** False when the record cannot be read now, but may be later: it and those after it will come again. */
    private boolean take(ConsumerRecord<byte[], byte[]> record, TopicPartition partition) {
        Optional<Write> write;
        OffsetTracker tracker = assignment.tracker(partition);
        try {
            SpecificRecord value = deserializer.deserialize(record.topic(), record.headers(), record.value());
            String key = record.key() == null ? null : new String(record.key(), StandardCharsets.UTF_8);
            write = writes.of(record.topic(), key, value);
        } catch (RecordFormatException e) {
            putAside(record, tracker.begin(record.offset()), e.reason(), e.getMessage());
            return true;
        } catch (UnfitRecordException e) {
            putAside(record, tracker.begin(record.offset()), e.reason(), e.getMessage());
            return true;
        } catch (KafkaException e) {
            hold(partition, record.offset(), e);
            return false;
        }
        unreadable = "";
        metrics.read(topics.withoutPrefix(record.topic()));
        OffsetTracker.Entry entry = tracker.begin(record.offset());
        if (write.isEmpty()) {
            entry.settle();
        } else {
            delivery.add(write.get(), new RecordTicket(record, tracker, entry));
        }
        return true;
    }

    private void putAside(
            ConsumerRecord<byte[], byte[]> record, OffsetTracker.Entry entry, DeadLetterReason reason, String detail) {
        metrics.read(topics.withoutPrefix(record.topic()));
        deadLetters.put(record, reason, detail, entry::settle);
    }

    private void hold(TopicPartition partition, long offset, KafkaException why) {
        if (unreadable.isEmpty()) {
            LOGGER.atWarn()
                    .addKeyValue("topic", partition.topic())
                    .addKeyValue("reason", why.getMessage())
                    .log("records cannot be read without the registry; they wait in Kafka");
        }
        unreadable = "the schema registry is away or refuses us";
        consumer.seek(partition, offset);
        consumer.pause(Set.of(partition));
        held.put(partition, System.nanoTime());
    }

    private void pauseOrResume() {
        long now = System.nanoTime();
        held.keySet().retainAll(consumer.assignment());
        held.values().removeIf(since -> now - since >= HOLD_NANOS);
        if (delivery.full()) {
            paused = true;
            consumer.pause(consumer.assignment());
        } else if (!paused || delivery.roomy()) {
            paused = false;
            Set<TopicPartition> resumable = new HashSet<>(consumer.paused());
            resumable.removeAll(held.keySet());
            consumer.resume(resumable);
        }
    }

    /** What is under way is settled, as far as the store answers soon; the rest is done again by whoever reads next. */
    private void farewell() throws InterruptedException {
        long until = System.nanoTime() + FAREWELL_NANOS;
        while (!delivery.idle() && delivery.state().reason().isEmpty() && System.nanoTime() < until) {
            delivery.awaitAnswer(BUSY);
            delivery.step();
            deadLetters.step();
        }
        assignment.commit();
    }

    private final class RecordTicket implements Ticket {
        private final ConsumerRecord<byte[], byte[]> record;
        private final OffsetTracker tracker;
        private final OffsetTracker.Entry entry;

        RecordTicket(ConsumerRecord<byte[], byte[]> record, OffsetTracker tracker, OffsetTracker.Entry entry) {
            this.record = record;
            this.tracker = tracker;
            this.entry = entry;
        }

        @Override
        public void done() {
            entry.settle();
        }

        @Override
        public void refused(DeadLetterReason reason, String detail) {
            deadLetters.put(record, reason, detail, entry::settle);
        }

        @Override
        public boolean wanted() {
            return !tracker.revoked();
        }
    }
}
