package io.meshdiag.processor;

import io.meshdiag.schema.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Makes sure that the pipeline's topics are there, and fit together. */
public final class TopicSetup {
    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(60);
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);

    private final Topics topics;
    private final int partitions;

    /** @param partitions of topics that are not there yet */
    public TopicSetup(Topics topics, int partitions) {
        this.topics = topics;
        this.partitions = partitions;
    }

    /**
     * Creates what is missing, with the broker's default replication, and waits until the broker knows all of it and every partition has a leader that answers. A topic that
     * exists is left as it is.
     *
     * <p>The wait matters: to a partition that is just being taken over, an idempotent producer may have its first batch refused and the
     * second accepted; then the first can never follow, and all that comes after it waits until the delivery times out.
     *
     * @throws IllegalStateException when existing topics do not fit together, or the broker refuses
     */
    public void ensure(Admin admin) throws InterruptedException {
        Map<String, Integer> existing = existing(admin);
        int facts = Topics.FACTS.stream()
                .map(topics::name)
                .filter(existing::containsKey)
                .map(existing::get)
                .findFirst()
                .orElse(partitions);
        List<NewTopic> missing = Topics.ALL.stream()
                .filter(spec -> !existing.containsKey(topics.name(spec.name())))
                .map(spec -> new NewTopic(
                                topics.name(spec.name()),
                                Optional.of(Topics.FACTS.contains(spec.name()) ? facts : partitions),
                                Optional.empty())
                        .configs(spec.config()))
                .toList();
        for (KafkaFuture<Void> created : admin.createTopics(missing).values().values()) {
            await(created);
        }
        Map<String, Integer> created = onceKnown(admin);
        check(created);
        answering(admin, created);
    }

    /** Topics are created by the controller; a broker hears of them a little later, and Streams gives up when its broker has not. */
    private Map<String, Integer> onceKnown(Admin admin) throws InterruptedException {
        long until = System.nanoTime() + KNOWN_WITHIN.toNanos();
        Map<String, Integer> known = existing(admin);
        while (known.size() < Topics.ALL.size()) {
            if (System.nanoTime() > until) {
                throw new IllegalStateException("setting up the topics: " + KNOWN_WITHIN.toSeconds()
                        + " s after they were created the broker knows only " + known.keySet()
                        + "; see the broker's log");
            }
            TimeUnit.MILLISECONDS.sleep(ASK_AGAIN.toMillis());
            known = existing(admin);
        }
        return known;
    }

    private static void answering(Admin admin, Map<String, Integer> created) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        created.forEach((topic, count) -> IntStream.range(0, count)
                .forEach(partition -> all.put(new TopicPartition(topic, partition), OffsetSpec.latest())));
        await(admin.listOffsets(all).all());
    }

    /** All that one cluster says must be in one partition number of all facts topics. */
    private void check(Map<String, Integer> existing) {
        Map<String, Integer> facts = Topics.FACTS.stream()
                .map(topics::name)
                .filter(existing::containsKey)
                .collect(Collectors.toMap(name -> name, existing::get, (a, b) -> a, TreeMap::new));
        if (facts.values().stream().distinct().count() > 1) {
            throw new IllegalStateException(
                    "the facts topics must have the same number of partitions, because a cluster's facts"
                            + " are read together, but they have " + facts
                            + "; re-create those that differ, or use another MESHDIAG_TOPIC_PREFIX");
        }
    }

    private Map<String, Integer> existing(Admin admin) throws InterruptedException {
        Map<String, Integer> existing = new TreeMap<>();
        List<String> names =
                Topics.ALL.stream().map(spec -> topics.name(spec.name())).toList();
        for (var topic : admin.describeTopics(names).topicNameValues().entrySet()) {
            await(topic.getValue())
                    .ifPresent(t -> existing.put(topic.getKey(), t.partitions().size()));
        }
        return existing;
    }

    /** Empty when there is no such topic, or when it is there already. */
    private static <T> Optional<T> await(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return Optional.ofNullable(answer.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException
                    || e.getCause() instanceof TopicExistsException) {
                return Optional.empty();
            }
            throw new IllegalStateException(
                    "setting up the topics: the broker said " + e.getCause().getMessage(), e);
        }
    }
}
