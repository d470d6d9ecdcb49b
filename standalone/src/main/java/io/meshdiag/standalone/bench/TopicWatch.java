package io.meshdiag.standalone.bench;

import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What arrives on the topics of facts, as it arrives. */
final class TopicWatch implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final String bootstrapServers;
    private final List<String> names;
    private final Thread thread;
    private final Map<FactKind, Long> records = new ConcurrentHashMap<>();
    private final Object arrival = new Object();
    private long awaitedAt;
    private Predicate<FactKey> awaited = key -> false;
    private volatile boolean closed;

    /** @param topics which must be there */
    TopicWatch(String bootstrapServers, Topics topics) {
        this.bootstrapServers = bootstrapServers;
        this.names = Topics.FACTS.stream().map(topics::name).toList();
        this.thread = new Thread(this::run, "topic-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        Map<String, Object> settings = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = names.stream()
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
        FactKey key = FactKey.parse(fact.key());
        records.merge(key.kind(), 1L, Long::sum);
        synchronized (arrival) {
            if (awaitedAt == 0 && awaited.test(key)) {
                awaitedAt = System.nanoTime();
                arrival.notifyAll();
            }
        }
    }

    /** Waits for the next fact of that kind; to be called before what leads to it, so that it cannot be missed. */
    void expect(Predicate<FactKey> which) {
        synchronized (arrival) {
            awaitedAt = 0;
            awaited = which;
        }
    }

    /**
     * When what was expected came, as {@link System#nanoTime}.
     *
     * @param check called now and then while it has not come; throws when there is nothing to wait for
     * @throws IllegalStateException when it does not come in time
     */
    long awaitExpected(Duration atMost, Runnable check) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (arrival) {
            while (awaitedAt == 0) {
                check.run();
                if (System.nanoTime() > end) {
                    throw new IllegalStateException(
                            "what was expected on the topics did not come within " + atMost.toSeconds() + " s");
                }
                TimeUnit.NANOSECONDS.timedWait(arrival, LOOK.toNanos());
            }
            return awaitedAt;
        }
    }

    /** Facts and tombstones so far. */
    long records() {
        return records.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Kinds of which there was at least one. */
    Set<FactKind> kinds() {
        return Set.copyOf(records.keySet());
    }

    /** Bytes that the broker stores of the topics of facts: batches as they were sent, compressed. */
    long storedBytes() throws IOException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            List<Integer> nodes = admin.describeCluster().nodes().get().stream()
                    .map(node -> node.id())
                    .toList();
            return admin.describeLogDirs(nodes).allDescriptions().get().values().stream()
                    .flatMap(folders -> folders.values().stream())
                    .flatMap(folder -> folder.replicaInfos().entrySet().stream())
                    .filter(replica -> names.contains(replica.getKey().topic()))
                    .mapToLong(replica -> replica.getValue().size())
                    .sum();
        } catch (ExecutionException e) {
            throw new IOException("the broker does not tell the sizes of its topics: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
