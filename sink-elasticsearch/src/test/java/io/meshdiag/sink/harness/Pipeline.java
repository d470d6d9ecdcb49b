package io.meshdiag.sink.harness;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.Finding;
import io.meshdiag.schema.Topics;
import io.meshdiag.serde.AvroDeserializer;
import io.meshdiag.serde.AvroSerializer;
import io.meshdiag.sink.SinkApp;
import io.meshdiag.sink.config.SinkConfig;
import io.meshdiag.sink.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** One test's own topics, group and indices on shared servers, and sinks between them. */
public final class Pipeline implements AutoCloseable {
    private final String name;
    private final String brokers;
    private final String registry;
    private final Topics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AvroSerializer serializer = new AvroSerializer();

    /** @param name lower-case letters and digits, not used by another test on these servers */
    public Pipeline(Kafka kafka, String registry, String name) throws Exception {
        this.name = name;
        this.registry = registry;
        brokers = kafka.brokers();
        topics = Topics.named(name + ".");
        kafka.create(name + ".", 2);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers, "linger.ms", "5"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        serializer.configure(Map.of("schema.registry.url", registry), false);
    }

    /** Environment of a sink that writes to that store. */
    public Map<String, String> env(URI store) {
        Map<String, String> env = new HashMap<>();
        env.put("MESHDIAG_BROKERS", brokers);
        env.put("MESHDIAG_REGISTRY_URL", registry);
        env.put("MESHDIAG_STORE_HOSTS", store.toString());
        env.put("MESHDIAG_TOPIC_PREFIX", name + ".");
        env.put("MESHDIAG_INDEX_PREFIX", name + "-");
        env.put("MESHDIAG_GROUP", name);
        env.put("MESHDIAG_HTTP_ADDRESS", "127.0.0.1:0");
        env.put("MESHDIAG_BATCH_DOCS", "1000");
        return env;
    }

    /** A sink in this JVM. */
    public RunningSink sink(URI store, String... moreEnv) throws IOException {
        Map<String, String> env = env(store);
        for (int i = 0; i < moreEnv.length; i += 2) {
            env.put(moreEnv[i], moreEnv[i + 1]);
        }
        return new RunningSink(new SinkApp(SinkConfig.from(env)));
    }

    /** Publishes a revision as the processor does: the current state and the transition. */
    public void publish(Finding finding) {
        byte[] key = finding.getId().getBytes(StandardCharsets.UTF_8);
        send(Topics.FINDINGS, key, serializer.serialize(topics.name(Topics.FINDINGS), finding));
        send(Topics.FINDING_TRANSITIONS, key, serializer.serialize(topics.name(Topics.FINDING_TRANSITIONS), finding));
    }

    public void publish(String topic, String key, SpecificRecord fact) {
        byte[] value = fact == null ? null : serializer.serialize(topics.name(topic), fact);
        send(topic, key.getBytes(StandardCharsets.UTF_8), value);
    }

    public void send(String topic, byte[] key, byte[] value) {
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topics.name(topic), key, value));
    }

    public void flush() {
        producer.flush();
    }

    /** Makes the next sink begin at the beginning. */
    public void rewind() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            Map<TopicPartition, OffsetAndMetadata> zero = new HashMap<>();
            admin.listConsumerGroupOffsets(name)
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .keySet()
                    .forEach(partition -> zero.put(partition, new OffsetAndMetadata(0)));
            admin.alterConsumerGroupOffsets(name, zero).all().get();
        }
    }

    /** Records that the group has not committed; -1 while it has committed nothing of a partition that has records. */
    public long uncommitted() {
        try (KafkaConsumer<byte[], byte[]> reader = reader()) {
            long sum = 0;
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : List.of(Topics.FINDINGS, Topics.FINDING_TRANSITIONS)) {
                partitions.add(new TopicPartition(topics.name(topic), 0));
                partitions.add(new TopicPartition(topics.name(topic), 1));
            }
            Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
            for (Map.Entry<TopicPartition, OffsetAndMetadata> entry :
                    reader.committed(Map.copyOf(ends).keySet()).entrySet()) {
                long end = ends.get(entry.getKey());
                sum += entry.getValue() == null ? end : end - entry.getValue().offset();
            }
            return sum;
        }
    }

    public List<ConsumerRecord<byte[], byte[]>> deadLetterRecords() {
        try (KafkaConsumer<byte[], byte[]> reader = reader()) {
            String topic = topics.name(Topics.DEAD_LETTERS);
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
            reader.assign(partitions);
            reader.seekToBeginning(partitions);
            List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
            long expected = reader.endOffsets(partitions).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            while (letters.size() < expected) {
                reader.poll(Duration.ofMillis(100)).forEach(letters::add);
            }
            return letters;
        }
    }

    public List<DeadLetter> deadLetters() {
        try (AvroDeserializer deserializer = new AvroDeserializer()) {
            deserializer.configure(Map.of("schema.registry.url", registry), false);
            return deadLetterRecords().stream()
                    .map(letter -> (DeadLetter) deserializer.deserialize(letter.topic(), letter.value()))
                    .toList();
        }
    }

    /** All documents below an alias or index: version by id. */
    public Map<String, Long> versions(Store store, String alias) {
        Map<String, Long> versions = new TreeMap<>();
        String after = "";
        try {
            store.request("POST", "/" + name + "-" + alias + "/_refresh", null);
            while (true) {
                // The order by event.id and event.sequence is one of documents, so that no page misses or repeats any.
                JsonNode page = store.request(
                                "POST",
                                "/" + name + "-" + alias + "/_search",
                                "{\"size\":10000,\"version\":true,\"_source\":false,\"sort\":[\"event.id\",\"event.sequence\"]"
                                        + after + "}")
                        .json()
                        .at("/hits/hits");
                if (page.isEmpty()) {
                    return versions;
                }
                page.forEach(hit -> versions.put(
                        hit.get("_id").asText(), hit.get("_version").asLong()));
                after = ",\"search_after\":" + page.get(page.size() - 1).get("sort");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private KafkaConsumer<byte[], byte[]> reader() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "group.id", name, "enable.auto.commit", "false"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    @Override
    public void close() {
        producer.close();
        serializer.close();
    }
}
