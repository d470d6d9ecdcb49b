package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Sends levels with a producer that is replaced when it is broken or stuck, and does what each failure asks for. All but {@link #answered} runs on the
 * outbox's thread, that on the producer's.
 */
final class Delivery {
    private static final long CLOSE_MILLIS = TimeUnit.SECONDS.toMillis(5);

    private final Supplier<Producer<String, byte[]>> open;
    private final Serializer<SpecificRecord> serializer;
    private final Topics topics;
    private final PendingLevels pending;
    private final RecordTime time;
    private final Duration stuckAfter;
    private final OutboxMeters meters;
    private final DeliveryLog log = new DeliveryLog();
    private final List<DeliveryListener> listeners = new CopyOnWriteArrayList<>();
    /** Kinds whose schema the registry gave an id for: they do not need it any more. */
    private final Set<FactKind> registered = ConcurrentHashMap.newKeySet();

    private Producer<String, byte[]> producer;
    private volatile Producer<String, byte[]> broken;
    private volatile boolean timeRefused;
    private volatile long progressAt = System.nanoTime();

    Delivery(
            Supplier<Producer<String, byte[]>> open,
            Serializer<SpecificRecord> serializer,
            Topics topics,
            PendingLevels pending,
            RecordTime time,
            Duration stuckAfter,
            OutboxMeters meters) {
        this.open = open;
        this.serializer = serializer;
        this.topics = topics;
        this.pending = pending;
        this.time = time;
        this.stuckAfter = stuckAfter;
        this.meters = meters;
    }

    void listen(DeliveryListener listener) {
        listeners.add(listener);
    }

    /** Replaces the producer if need be. */
    void check() {
        if (pending.size() == 0) {
            progressAt = System.nanoTime();
        }
        boolean stuck = System.nanoTime() - progressAt > stuckAfter.toNanos();
        if (producer != null && (stuck || broken == producer)) {
            close();
            pending.recall();
        }
    }

    /** Returns before the answer; never throws for what is wrong with Kafka, the registry or the level. */
    @SuppressWarnings("FutureReturnValueIgnored") // the callback is told
    void send(Sending attempt) {
        Level level = attempt.level();
        byte[] value;
        try {
            value = level.tombstone()
                    ? null
                    : serializer.serialize(topic(level), FactBytes.decode(level.kind(), level.avro()));
            registered.add(level.kind());
        } catch (KafkaException e) {
            failed(attempt, DeliveryFailure.ofSerializer(e), e);
            return;
        }
        try {
            if (producer == null) {
                producer = open.get();
                progressAt = System.nanoTime();
            }
            Producer<String, byte[]> used = producer;
            used.send(
                    new ProducerRecord<>(topic(level), null, time.of(level), level.key(), value),
                    (metadata, e) -> answered(attempt, used, value, e));
        } catch (KafkaException | IllegalStateException e) {
            // Not an answer about the record: the producer itself is closed or cannot go on, or no broker's name can be
            // resolved.
            broken = producer;
            failed(attempt, DeliveryFailure.PRODUCER_BROKEN, e);
        }
    }

    private void answered(Sending attempt, Producer<String, byte[]> used, byte[] value, Exception e) {
        if (e == null) {
            progressAt = System.nanoTime();
            Level level = attempt.level();
            meters.stored(level, level.key().length() + (value == null ? 0 : value.length));
            log.stored();
            if (timeRefused && time.acceptedAsIs(level)) {
                timeRefused = false;
                listeners.forEach(listener -> listener.timeAccepted(Instant.ofEpochMilli(level.timestamp())));
            }
            pending.stored(attempt);
            return;
        }
        DeliveryFailure failure = DeliveryFailure.ofProducer(e);
        if (failure.remedy() == DeliveryFailure.Remedy.REOPEN) {
            broken = used;
        }
        failed(attempt, failure, e);
    }

    private void failed(Sending attempt, DeliveryFailure failure, Exception e) {
        Level level = attempt.level();
        meters.failed(failure.reason());
        Optional<Level> again =
                switch (failure.remedy()) {
                    case RESTAMP -> restamped(level);
                    case REDUCE -> reduced(level);
                    case DROP -> Optional.empty();
                    case HOLD_TOPIC, HOLD_UNREGISTERED, REOPEN, SEND_AGAIN -> Optional.of(level);
                };
        switch (failure.remedy()) {
            case HOLD_TOPIC ->
                pending.hold(kind -> kind.topic().equals(level.kind().topic()));
            case HOLD_UNREGISTERED -> pending.hold(kind -> !registered.contains(kind));
            case REOPEN -> pending.hold(kind -> true);
            case SEND_AGAIN, RESTAMP, REDUCE, DROP -> {}
        }
        if (again.isPresent()) {
            log.failed(failure, topic(level), e, pending.size());
            pending.retry(attempt, again.get());
        } else {
            log.lost(failure, level, e);
            meters.lost(failure.reason());
            if (pending.dropped(attempt)) {
                FactKey key = FactKey.parse(level.key());
                listeners.forEach(listener -> listener.lost(key));
            }
        }
    }

    private Optional<Level> restamped(Level level) {
        timeRefused = true;
        listeners.forEach(listener -> listener.timeRefused(DeliveryFailure.TIME_REFUSED.advice()));
        return time.refused(level);
    }

    private static Optional<Level> reduced(Level level) {
        return level.tombstone()
                ? Optional.empty()
                : FactReducer.reduce(FactBytes.decode(level.kind(), level.avro()))
                        .map(smaller -> level.smaller(FactBytes.encode(smaller)));
    }

    private String topic(Level level) {
        return topics.name(level.kind().topic());
    }

    /** Gives up what the producer has not sent yet. A producer whose own thread hangs is left behind after a few seconds. */
    void close() {
        Producer<String, byte[]> old = producer;
        producer = null;
        if (old == null) {
            return;
        }
        Thread closer = new Thread(() -> old.close(Duration.ZERO), "outbox-closer");
        closer.setDaemon(true);
        closer.start();
        try {
            closer.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
