package io.meshdiag.sink.harness;

import io.meshdiag.schema.Topics;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** Kafka's own server in this JVM, broker and controller in one, with the topics that the sink knows under each prefix. */
public final class Kafka implements AutoCloseable {
    private final KafkaRaftServer server;
    private final Path folder;
    private final String brokers;

    private Kafka(KafkaRaftServer server, Path folder, String brokers) {
        this.server = server;
        this.folder = folder;
        this.brokers = brokers;
    }

    public static Kafka start() throws Exception {
        Path folder = Files.createTempDirectory("meshdiag-kafka-");
        int port = StoreProcess.freePort();
        int controller = StoreProcess.freePort();
        new Formatter()
                .setPrintStream(new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(1)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString())
                .run();
        String brokers = "127.0.0.1:" + port;
        KafkaRaftServer server = new KafkaRaftServer(
                new KafkaConfig(
                        Map.ofEntries(
                                Map.entry("process.roles", "broker,controller"),
                                Map.entry("node.id", "1"),
                                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                                Map.entry(
                                        "listeners",
                                        "PLAINTEXT://" + brokers + ",CONTROLLER://127.0.0.1:" + controller),
                                Map.entry("advertised.listeners", "PLAINTEXT://" + brokers),
                                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                                Map.entry("controller.listener.names", "CONTROLLER"),
                                Map.entry("log.dirs", folder.toString()),
                                Map.entry("auto.create.topics.enable", "false"),
                                Map.entry("offsets.topic.replication.factor", "1"),
                                Map.entry("offsets.topic.num.partitions", "1"),
                                Map.entry("transaction.state.log.replication.factor", "1"),
                                Map.entry("transaction.state.log.min.isr", "1"),
                                // The group of a sink that was killed is not waited for.
                                Map.entry("group.min.session.timeout.ms", "1000"),
                                Map.entry("group.initial.rebalance.delay.ms", "0"),
                                Map.entry("log.cleaner.enable", "false"),
                                Map.entry("controlled.shutdown.enable", "false")),
                        false),
                Time.SYSTEM);
        server.startup();
        return new Kafka(server, folder, brokers);
    }

    public String brokers() {
        return brokers;
    }

    /** Makes all topics of a prefix. */
    public void create(String prefix, int partitions) throws Exception {
        Topics topics = Topics.named(prefix);
        List<NewTopic> all = Topics.ALL.stream()
                .map(spec -> new NewTopic(topics.name(spec.name()), partitions, (short) 1))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
            admin.createTopics(all).all().get();
        }
    }

    @Override
    public void close() throws IOException {
        server.shutdown();
        server.awaitShutdown();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
