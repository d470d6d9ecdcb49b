package io.meshdiag.standalone.bench;

import io.meshdiag.registry.RegistryConfig;
import io.meshdiag.schema.Facts;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroDeserializer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** The latest level of every subject on the topics of facts, as a reader has it that was there all the time. */
final class TopicLevels implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String GONE = "";

    private final Map<String, Object> client;
    private final List<String> topics;
    private final AvroDeserializer facts = new AvroDeserializer();
    /** Content hash by key; empty = a tombstone. */
    private final Map<String, String> latest = new ConcurrentHashMap<>();

    private final Thread thread;
    private volatile boolean closed;

    /** @param topics which must be there */
    TopicLevels(String bootstrapServers, String registryUrl, Topics topics) {
        this.client = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        this.topics = Topics.FACTS.stream().map(topics::name).toList();
        facts.configure(Map.of(RegistryConfig.URL, registryUrl), false);
        this.thread = new Thread(this::run, "topic-levels");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (var consumer = new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = topics.stream()
                    .flatMap(name -> consumer.partitionsFor(name).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (!closed) {
                consumer.poll(POLL).forEach(this::arrived);
            }
        }
    }

    private void arrived(ConsumerRecord<String, byte[]> fact) {
        SpecificRecord level = facts.deserialize(fact.topic(), fact.headers(), fact.value());
        latest.put(fact.key(), level == null ? GONE : Facts.header(level).getContentHash());
    }

    /** Number of subjects of which a reader knows something else than the truth. */
    long wrong(Map<String, String> truth) {
        return truth.entrySet().stream()
                .filter(subject -> !subject.getValue().equals(latest.getOrDefault(subject.getKey(), GONE)))
                .count();
    }

    /** What readers know when all changes up to this one have arrived. */
    static Map<String, String> truth(ChangingLevels levels, long changes) {
        long[] last = levels.after(changes);
        Map<String, String> truth = new ConcurrentHashMap<>();
        IntStream.range(0, levels.size()).forEach(subject -> {
            SpecificRecord level = levels.level(subject, last[subject], Instant.EPOCH);
            truth.put(
                    Facts.key(level).toString(),
                    ChangingLevels.goesAway(last[subject])
                            ? GONE
                            : Facts.header(level).getContentHash());
        });
        return truth;
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        facts.close();
    }
}
