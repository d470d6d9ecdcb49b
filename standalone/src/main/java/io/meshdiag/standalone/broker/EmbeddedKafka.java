package io.meshdiag.standalone.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's KRaft server, broker and controller in one, on free loopback ports, with its data in a temporary folder that {@link #close} deletes.
 *
 * <p>One machine, one run: replication is 1, internal topics are small, and nothing is flushed for the next start.
 */
public final class EmbeddedKafka implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedKafka.class);
    private static final int NODE_ID = 1;
    private static final String HOST = "127.0.0.1";
    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final int port;
    private final int controllerPort;
    private KafkaRaftServer server;

    private EmbeddedKafka(Path folder, int port, int controllerPort) {
        this.folder = folder;
        this.port = port;
        this.controllerPort = controllerPort;
    }

    /**
     * Formats the storage and starts the server; returns when it accepts clients.
     *
     * @throws IOException when the temporary folder cannot be written, or no port could be had
     */
    public static EmbeddedKafka start() throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return startOnce();
            } catch (IOException | RuntimeException e) {
                // Between finding a free port and listening on it another program may have taken it.
                if (attempt == ATTEMPTS) {
                    throw new IOException(
                            "the embedded Kafka server did not start after " + ATTEMPTS + " attempts: "
                                    + e.getMessage() + ". It needs two free loopback ports and room in "
                                    + System.getProperty("java.io.tmpdir"),
                            e);
                }
                LOGGER.atInfo().setCause(e).log("embedded Kafka did not start, trying other ports");
            }
        }
    }

    /** For clients: host and port. */
    public String bootstrapServers() {
        return HOST + ":" + port;
    }

    /** Stops the server and keeps its data: for its clients it is away until {@link #resume}. */
    public void pause() {
        server.shutdown();
        server.awaitShutdown();
    }

    /** Starts it again, with the data and on the ports of before. */
    public void resume() {
        server = new KafkaRaftServer(new KafkaConfig(settings(folder, port, controllerPort), false), Time.SYSTEM);
        server.startup();
    }

    /** What it stores; gone when it is closed. */
    Path folder() {
        return folder;
    }

    @Override
    public void close() {
        try {
            pause();
        } finally {
            Folders.delete(folder);
        }
    }

    private static EmbeddedKafka startOnce() throws IOException {
        Path folder = Files.createTempDirectory("meshdiag-kafka-");
        try {
            int port;
            int controllerPort;
            // Both are held at once, so that they differ.
            try (ServerSocket first = freePort();
                    ServerSocket second = freePort()) {
                port = first.getLocalPort();
                controllerPort = second.getLocalPort();
            }
            format(folder);
            EmbeddedKafka kafka = new EmbeddedKafka(folder, port, controllerPort);
            try {
                kafka.resume();
            } catch (RuntimeException e) {
                kafka.server.shutdown();
                throw e;
            }
            return kafka;
        } catch (IOException | RuntimeException e) {
            Folders.delete(folder);
            throw e;
        }
    }

    private static ServerSocket freePort() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static void format(Path folder) throws IOException {
        Formatter formatter = new Formatter()
                .setPrintStream(new PrintStream(PrintStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(NODE_ID)
                .setClusterId(Uuid.randomUuid().toString())
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(folder.toString())
                .addDirectory(folder.toString());
        try {
            formatter.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("Kafka's storage could not be formatted in " + folder, e);
        }
    }

    private static Map<String, String> settings(Path folder, int port, int controllerPort) {
        return Map.ofEntries(
                Map.entry("process.roles", "broker,controller"),
                Map.entry("node.id", Integer.toString(NODE_ID)),
                Map.entry("controller.quorum.voters", NODE_ID + "@" + HOST + ":" + controllerPort),
                Map.entry(
                        "listeners",
                        "PLAINTEXT://" + HOST + ":" + port + ",CONTROLLER://" + HOST + ":" + controllerPort),
                Map.entry("advertised.listeners", "PLAINTEXT://" + HOST + ":" + port),
                Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
                Map.entry("controller.listener.names", "CONTROLLER"),
                Map.entry("inter.broker.listener.name", "PLAINTEXT"),
                Map.entry("log.dirs", folder.toString()),
                Map.entry("auto.create.topics.enable", "false"),
                // One node: no replicas, and few partitions to create, load and elect.
                Map.entry("default.replication.factor", "1"),
                Map.entry("min.insync.replicas", "1"),
                Map.entry("offsets.topic.replication.factor", "1"),
                Map.entry("offsets.topic.num.partitions", "2"),
                Map.entry("transaction.state.log.replication.factor", "1"),
                Map.entry("transaction.state.log.min.isr", "1"),
                Map.entry("transaction.state.log.num.partitions", "2"),
                Map.entry("share.coordinator.state.topic.replication.factor", "1"),
                Map.entry("share.coordinator.state.topic.min.isr", "1"),
                Map.entry("share.coordinator.state.topic.num.partitions", "1"),
                // All clients start together with the server: waiting for latecomers only costs time.
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("controlled.shutdown.enable", "false"),
                Map.entry("log.cleaner.enable", "false"),
                // Records carry an archive's time, which may be years ago, or ahead of this machine's clock: neither
                // deletes nor refuses them.
                Map.entry(
                        "log.retention.check.interval.ms",
                        Long.toString(Duration.ofDays(365).toMillis())),
                Map.entry("log.message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE)),
                // An election with one voter has nobody to wait for.
                Map.entry("controller.quorum.election.timeout.ms", "200"),
                Map.entry("controller.quorum.election.backoff.max.ms", "100"),
                Map.entry("num.network.threads", "2"),
                Map.entry("num.io.threads", "4"),
                Map.entry("background.threads", "2"));
    }
}
