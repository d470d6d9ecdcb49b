package io.meshdiag.sink.harness;

import static org.awaitility.Awaitility.await;

import io.meshdiag.sink.config.StoreConfig;
import io.meshdiag.sink.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real Elasticsearch or OpenSearch as a child process, on free loopback ports, with its data in a folder that is deleted in the end.
 *
 * <p>Both refuse to run as root: where the tests do, the server runs as nobody.
 */
public final class StoreProcess implements AutoCloseable {
    private static final String NOBODY = "65534";

    private final String product;
    private final Path home;
    private final Path folder;
    private final int port;
    private Process process;

    private StoreProcess(String product, int port) throws IOException {
        this.product = product;
        this.port = port;
        home = Path.of(System.getProperty("stores"), product + "-" + System.getProperty(product + ".version"));
        folder = Files.createTempDirectory("meshdiag-" + product + "-");
    }

    public static StoreProcess elasticsearch() throws IOException {
        return started("elasticsearch", List.of("xpack.security.enabled: false"));
    }

    public static StoreProcess openSearch() throws IOException {
        return started("opensearch", List.of());
    }

    private static StoreProcess started(String product, List<String> more) throws IOException {
        StoreProcess store = new StoreProcess(product, freePort());
        store.configure(more);
        store.start();
        return store;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** A client of ours. */
    public Store client() {
        return new Store(StoreConfig.plain(uri()));
    }

    /** Starts the server, or starts it again over the same data; returns when it answers. */
    public void start() throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        command.addAll(List.of("bash", home.resolve("bin").resolve(product).toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile());
        String prefix = product.equals("elasticsearch") ? "ES" : "OPENSEARCH";
        Map<String, String> env = builder.environment();
        env.put(prefix + "_PATH_CONF", folder.resolve("config").toString());
        env.put(prefix + "_JAVA_HOME", javaHome());
        env.put(prefix + "_JAVA_OPTS", "-Xms256m -Xmx512m -XX:TieredStopAtLevel=1");
        process = builder.start();
        try (Store client = client()) {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> !process.isAlive() || answers(client));
        }
        if (!process.isAlive()) {
            throw new IOException(product + " ended:\n" + log());
        }
    }

    /** Both servers ask for Java's Security Manager, which is gone since Java 24. */
    private static String javaHome() {
        String given = System.getenv("STORE_JAVA_HOME");
        if (given == null && Runtime.version().feature() >= 24) {
            throw new IllegalStateException(
                    "these servers do not run on Java " + Runtime.version().feature()
                            + "; set STORE_JAVA_HOME to a JDK from 17 to 21, they then run on that one");
        }
        return given == null ? System.getProperty("java.home") : given;
    }

    private static boolean answers(Store client) {
        try {
            return client.request("GET", "/_cluster/health", null).ok();
        } catch (IOException e) {
            return false;
        }
    }

    /** kill -9, the launcher and the server below it. */
    public void kill() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle one : all) {
            one.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        }
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the server's folder cannot be deleted", e);
        }
    }

    private void configure(List<String> more) throws IOException {
        Path config = Files.createDirectories(folder.resolve("config"));
        Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("tmp"));
        for (String file : List.of("log4j2.properties")) {
            Files.copy(home.resolve("config").resolve(file), config.resolve(file));
        }
        List<String> settings = new ArrayList<>(List.of(
                "cluster.name: meshdiag-test",
                "node.name: one",
                "discovery.type: single-node",
                "network.host: 127.0.0.1",
                "http.port: " + port,
                "transport.port: " + freePort(),
                "path.data: " + folder.resolve("data"),
                "path.logs: " + folder.resolve("logs"),
                // A full disk of the machine is not what the tests are about; and each look at it takes away the
                // read-only blocks that they set.
                "cluster.routing.allocation.disk.threshold_enabled: false",
                "cluster.info.update.interval: 24h"));
        settings.addAll(more);
        Files.write(config.resolve(product + ".yml"), settings);
        // Without the distribution's own options for garbage collection logs and heap dumps.
        Files.write(
                config.resolve("jvm.options"),
                List.of("-Djava.io.tmpdir=" + folder.resolve("tmp"), "18-:-Djava.security.manager=allow"));
        if (System.getProperty("user.name").equals("root")) {
            try {
                new ProcessBuilder("chown", "-R", NOBODY + ":" + NOBODY, folder.toString())
                        .start()
                        .waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("out"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
