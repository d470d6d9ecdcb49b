package io.meshdiag.standalone.pipeline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/**
 * How large one store of the processor is.
 *
 * @param rows keys that it has
 * @param bytes of these keys and their values, which its changelog topic has after compaction
 * @param disk bytes of RocksDB's files, over all partitions, after the processor was closed
 */
public record StoreSize(String store, int rows, long bytes, long disk) {
    private static final String CHANGELOG = "-changelog";

    /**
     * All stores of a run, by name.
     *
     * @param run as in {@link Pipeline}
     * @param stateDir of the run
     * @throws IOException when the stores' files cannot be read
     */
    public static List<StoreSize> of(String bootstrapServers, String run, Path stateDir)
            throws IOException, InterruptedException {
        TopicReader reader = new TopicReader(bootstrapServers, "memory://" + run);
        List<StoreSize> sizes = new ArrayList<>();
        for (String topic : changelogs(bootstrapServers, run + "-")) {
            String store = topic.substring(run.length() + 1, topic.length() - CHANGELOG.length());
            Map<String, Integer> rows = reader.sizes(topic);
            long bytes = rows.entrySet().stream()
                    .mapToLong(row -> row.getKey().getBytes(StandardCharsets.UTF_8).length + row.getValue())
                    .sum();
            sizes.add(new StoreSize(store, rows.size(), bytes, disk(stateDir, store)));
        }
        return sizes;
    }

    private static SortedSet<String> changelogs(String bootstrapServers, String prefix) throws InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            SortedSet<String> topics = new TreeSet<>(admin.listTopics().names().get());
            topics.removeIf(topic -> !topic.startsWith(prefix) || !topic.endsWith(CHANGELOG));
            return topics;
        } catch (ExecutionException e) {
            throw new PipelineException("the broker does not list its topics", e);
        }
    }

    private static long disk(Path stateDir, String store) throws IOException {
        Path folder = Path.of("rocksdb", store);
        try (Stream<Path> files = Files.walk(stateDir)) {
            return files.filter(file -> file.getParent().endsWith(folder) && Files.isRegularFile(file))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
