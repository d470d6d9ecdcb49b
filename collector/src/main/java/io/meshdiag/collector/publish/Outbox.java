package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroSerializer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes facts to Kafka for a collector that goes on whatever happens to Kafka and to the registry: keeps the latest level of every key until it is
 * stored, and sends it again until then. Memory is bounded by the number of subjects, not by the length of an outage.
 *
 * <p>Within a key an older level never follows a newer one, tombstones included; between keys there is no order. A record that a dead connection
 * delivers after its producer was replaced may still do so: the next refresh heals that. What can never be stored (a schema that the registry
 * refuses, a record that is too large) is given up, counted and told to the {@link DeliveryListener}.
 *
 * <p>Thread-safe; publishing never waits for the network.
 */
public final class Outbox implements FactPublisher {
    private static final Logger LOGGER = LoggerFactory.getLogger(Outbox.class);
    private static final Duration CHECK_EVERY = Duration.ofMillis(500);

    private final PendingLevels pending;
    private final Delivery delivery;
    private final RecordTime time;
    private final OutboxMeters meters;
    private final Serializer<SpecificRecord> serializer;
    private final OutboxSettings settings;
    private final Thread sender;
    private volatile boolean closed;

    Outbox(
            Supplier<Producer<String, byte[]>> producers,
            Serializer<SpecificRecord> serializer,
            Topics topics,
            OutboxSettings settings,
            MeterRegistry meters,
            InstantSource clock) {
        this.serializer = serializer;
        this.settings = settings;
        this.pending = new PendingLevels(settings.backoff(), settings.longestBackoff());
        this.time = new RecordTime(clock);
        this.meters = new OutboxMeters(meters, pending);
        this.delivery = new Delivery(producers, serializer, topics, pending, time, settings.stuckAfter(), this.meters);
        this.sender = new Thread(this::run, "outbox");
        sender.setDaemon(true);
        sender.start();
    }

    /**
     * Needs neither broker nor registry to be there.
     *
     * @param config at least {@code bootstrap.servers} and {@code schema.registry.url}; any setting of Kafka's producer, of which those that
     *     guarantee delivery and partitioning cannot be changed
     * @throws org.apache.kafka.common.config.ConfigException saying which setting is wrong
     */
    public static Outbox open(Map<String, ?> config, Topics topics, OutboxSettings settings, MeterRegistry meters) {
        return open(config, topics, settings, meters, InstantSource.system());
    }

    static Outbox open(
            Map<String, ?> config, Topics topics, OutboxSettings settings, MeterRegistry meters, InstantSource clock) {
        Map<String, Object> all = ProducerSettings.impatient(config);
        // Later a mistake would look like brokers that cannot be found.
        new ProducerConfig(ProducerSettings.withSerializers(all));
        AvroSerializer serializer = new AvroSerializer();
        serializer.configure(all, false);
        return new Outbox(
                () -> new KafkaProducer<>(all, new StringSerializer(), new ByteArraySerializer()),
                serializer,
                topics,
                settings,
                meters,
                clock);
    }

    /** Tells this listener too. */
    public void listen(DeliveryListener listener) {
        delivery.listen(listener);
    }

    @Override
    public Outcome publish(SpecificRecord fact) {
        FactReducer.Fitted fitted;
        try {
            fitted = FactReducer.fit(fact, FactBytes::encode);
        } catch (AvroRuntimeException | NullPointerException | ClassCastException e) {
            LOGGER.atError()
                    .addKeyValue("kind", FactKind.of(fact).segment())
                    .addKeyValue("answer", e.getClass().getSimpleName())
                    .log("a fact does not fit its own schema and is not published");
            meters.lost("invalid");
            return Outcome.REFUSED;
        }
        if (fitted.outcome() == Outcome.REFUSED) {
            meters.lost(DeliveryFailure.TOO_LARGE.reason());
        } else {
            long timestamp = Facts.header(fact).getObservedAt().toEpochMilli();
            pending.put(new Level(FactKind.of(fact), Facts.key(fact).toString(), fitted.bytes(), timestamp, 0));
        }
        return fitted.outcome();
    }

    @Override
    public void tombstone(FactKey key) {
        pending.put(new Level(key.kind(), key.toString(), null, time.now(), 0));
    }

    private void run() {
        while (!closed) {
            try {
                delivery.check();
                Sending next = pending.take(CHECK_EVERY);
                if (next != null) {
                    delivery.send(next);
                }
            } catch (InterruptedException | InterruptException e) {
                // Only close() interrupts.
                break;
            } catch (RuntimeException e) {
                LOGGER.atError().setCause(e).log("a defect in delivery: what was being sent is sent again");
                pending.hold(kind -> true);
                pending.recall();
            }
        }
        Thread.interrupted();
        delivery.close();
    }

    /** How many subjects' latest levels are not stored. */
    public int pending() {
        return pending.size();
    }

    /** How long the oldest of them waits. */
    public Duration lag() {
        return pending.oldest();
    }

    @Override
    public Map<FactKind, Long> flush(String clusterKey, Duration atMost) throws InterruptedException {
        return pending.await(clusterKey + "/", atMost);
    }

    @Override
    public SortedMap<FactKind, Backlog> backlog(String clusterKey) {
        return pending.backlog(clusterKey + "/");
    }

    /**
     * Waits until what was published is stored.
     *
     * @return whether it is
     */
    public boolean flush(Duration atMost) {
        try {
            return pending.await("", atMost).isEmpty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void flush() {
        if (!flush(settings.flushWithin())) {
            throw new PublishException(
                    pending.size() + " facts are not stored after "
                            + settings.flushWithin().toSeconds()
                            + " s; the log says why; check Kafka (bootstrap.servers), the topics (\"meshdiag topics\") and the schema registry",
                    null);
        }
    }

    /** Waits a while for what is pending, then says how much is lost with the process: a collector that starts again tells it anew. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        flush(settings.closeWithin());
        closed = true;
        sender.interrupt();
        try {
            sender.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        serializer.close();
        int left = pending.size();
        if (left > 0) {
            LOGGER.atWarn()
                    .addKeyValue("facts", left)
                    .log("closed before all facts were stored; the next collector of this cluster tells them again");
        }
    }
}
