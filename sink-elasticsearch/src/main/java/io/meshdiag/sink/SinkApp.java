package io.meshdiag.sink;

import io.meshdiag.health.HealthServer;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroDeserializer;
import io.meshdiag.serde.AvroSerializer;
import io.meshdiag.sink.bulk.Backoff;
import io.meshdiag.sink.bulk.BulkDelivery;
import io.meshdiag.sink.bulk.BulkLimits;
import io.meshdiag.sink.bulk.SinkMetrics;
import io.meshdiag.sink.config.SinkConfig;
import io.meshdiag.sink.deliver.SinkLoop;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.setup.SinkSetup;
import io.meshdiag.sink.store.Store;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole sink in one object: consumer, delivery, dead letters, store, health. {@link #run} is its life. */
public final class SinkApp implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SinkApp.class);
    private static final long SETUP_RETRY_SECONDS = 5;

    private final SinkConfig config;
    private final Store store;
    private final HealthServer health;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SinkMetrics metrics = new SinkMetrics(registry);
    private final CountDownLatch stopping = new CountDownLatch(1);
    private volatile SinkLoop loop;
    private volatile String waitingFor = "starting";

    /** @throws IOException when the address for health and metrics cannot be had */
    public SinkApp(SinkConfig config) throws IOException {
        this.config = config;
        store = new Store(config.store());
        int colon = config.httpAddress().lastIndexOf(':');
        InetSocketAddress address = new InetSocketAddress(
                config.httpAddress().substring(0, colon),
                Integer.parseInt(config.httpAddress().substring(colon + 1)));
        health = new HealthServer(address, this::unreadyReason, registry::scrape);
        metrics.gauge("ready", this, app -> app.unreadyReason().isEmpty() ? 1 : 0);
    }

    /** Sets the store up (waiting for it as long as it takes), then delivers until {@link #stop}. */
    public void run() throws InterruptedException {
        LOGGER.atInfo().addKeyValue("config", config).log("sink starts");
        Indices indices = new Indices(config.indexPrefix());
        if (config.setup() && !setUp(indices)) {
            return;
        }
        Topics topics = Topics.named(config.topicPrefix());
        try (KafkaProducer<byte[], SpecificRecord> producer = producer();
                AvroDeserializer deserializer = deserializer()) {
            BulkDelivery delivery = new BulkDelivery(
                    store,
                    new BulkLimits(config.batchDocs(), config.batchBytes(), config.inFlight(), config.linger()),
                    Backoff.standard(),
                    metrics);
            loop = new SinkLoop(
                    new KafkaConsumer<>(consumer()),
                    producer,
                    deserializer,
                    delivery,
                    metrics,
                    topics,
                    indices,
                    config.index());
            metrics.gauge("lag.records", loop, SinkLoop::lag);
            metrics.gauge("waiting.bytes", delivery, BulkDelivery::bytes);
            if (stopping.getCount() > 0) {
                loop.run();
            }
        }
        LOGGER.atInfo().log("sink stopped");
    }

    /** Asks {@link #run} to return. */
    public void stop() {
        stopping.countDown();
        SinkLoop running = loop;
        if (running != null) {
            running.stop();
        }
    }

    /** Why documents do not get through; empty when they do. */
    public String unreadyReason() {
        SinkLoop running = loop;
        return running == null ? waitingFor : running.unreadyReason();
    }

    /** Port of health and metrics. */
    public int httpPort() {
        return health.port();
    }

    @Override
    public void close() throws IOException {
        health.close();
        store.close();
        registry.close();
    }

    private boolean setUp(Indices indices) throws InterruptedException {
        SinkSetup setup = new SinkSetup(store, indices, config.retentionDays(), config.index());
        do {
            try {
                setup.run();
                return true;
            } catch (IOException e) {
                waitingFor = "the store cannot be set up";
                LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("the store cannot be set up, trying again");
            }
        } while (!stopping.await(SETUP_RETRY_SECONDS, TimeUnit.SECONDS));
        return false;
    }

    private Map<String, Object> common() {
        Map<String, Object> settings = new HashMap<>(config.clients());
        settings.put("bootstrap.servers", config.bootstrapServers());
        settings.put("schema.registry.url", config.registryUrl());
        return settings;
    }

    private AvroDeserializer deserializer() {
        AvroDeserializer deserializer = new AvroDeserializer();
        deserializer.configure(common(), false);
        return deserializer;
    }

    private Map<String, Object> consumer() {
        Map<String, Object> settings = common();
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, config.group());
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // The processor writes in transactions; what it took back must never be indexed.
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, config.batchBytes());
        return settings;
    }

    private KafkaProducer<byte[], SpecificRecord> producer() {
        Map<String, Object> settings = common();
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // The loop must go on polling while Kafka is away.
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, AvroSerializer.class);
        return new KafkaProducer<>(settings);
    }
}
