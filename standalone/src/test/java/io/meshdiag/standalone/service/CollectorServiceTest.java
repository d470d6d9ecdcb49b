package io.meshdiag.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.collector.cluster.config.CollectorSettings;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CollectorServiceTest {
    private static final Map<String, String> KAFKA_AWAY =
            Map.of("MESHDIAG_BOOTSTRAP_SERVERS", "127.0.0.1:1", "MESHDIAG_SCHEMA_REGISTRY_URL", "memory://collector");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

    /** The service changes what happens to uncaught errors of the whole JVM. */
    @AfterEach
    void restoreTheHandler() {
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @Test
    void aClusterThatCannotBeReachedStopsNeitherTheOthersNorTheProcess() throws Exception {
        List<String> started = new CopyOnWriteArrayList<>();
        List<String> closed = new CopyOnWriteArrayList<>();
        CollectorService service = service((target, shared) -> new Scripted() {
            @Override
            public void start() {
                if (target.name().equals("east")) {
                    throw new IllegalStateException("connection refused");
                }
                started.add(target.name());
            }

            @Override
            public void close() {
                closed.add(target.name());
            }
        });
        InetSocketAddress address = freeAddress();

        CompletableFuture<Void> running = run(service, address);

        soon().untilAsserted(() -> assertThat(started).containsExactly("west"));
        soon().untilAsserted(() -> {
            assertThat(get(address, "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(address, "/readyz").statusCode()).isEqualTo(503);
            assertThat(get(address, "/readyz").body()).isEqualTo("east: cannot be reached: connection refused\n");
        });
        service.stop();
        running.get(60, TimeUnit.SECONDS);
        assertThat(closed).contains("west");
    }

    @Test
    void isReadyWhenFactsOfAllClustersGetOutAndMeasuresItself() throws Exception {
        CollectorService service = service((target, shared) -> new Scripted() {
            @Override
            public void start() {
                shared.meters()
                        .counter("meshdiag.test", "cluster", target.name())
                        .increment();
            }
        });
        InetSocketAddress address = freeAddress();

        CompletableFuture<Void> running = run(service, address);

        soon().untilAsserted(() -> assertThat(get(address, "/readyz").body()).isEqualTo("ready\n"));
        assertThat(get(address, "/metrics").body())
                .contains("meshdiag_test_total{cluster=\"east\"} 1.0", "meshdiag_test_total{cluster=\"west\"} 1.0")
                .contains(
                        "jvm_memory_used_bytes", "jvm_threads_live_threads", "process_cpu_usage", "process_files_open");
        service.stop();
        running.get(60, TimeUnit.SECONDS);
    }

    @Test
    void triesAgainUntilTheClusterCanBeReached() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        try (ContextSupervisor supervisor = new ContextSupervisor(
                        "east",
                        () -> new Scripted() {
                            @Override
                            public void start() {
                                if (tries.incrementAndGet() < 3) {
                                    throw new IllegalStateException("connection refused");
                                }
                            }
                        },
                        Duration.ofMillis(1))
                .start()) {
            soon().untilAsserted(() -> assertThat(supervisor.unready()).isEmpty());

            assertThat(tries).hasValue(3);
        }
    }

    private static CollectorService service(ContextCollector.Factory factory) {
        return new CollectorService(
                List.of(new ClusterTarget("east", Config.empty()), new ClusterTarget("west", Config.empty())),
                factory,
                CollectorSettings.read(Map.of(), KAFKA_AWAY, null, true),
                Optional.empty());
    }

    private static CompletableFuture<Void> run(CollectorService service, InetSocketAddress address) {
        return CompletableFuture.runAsync(() -> {
            try {
                service.run(address);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    /** The port is not there from the first moment on. */
    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).ignoreExceptionsInstanceOf(ConnectException.class);
    }

    private HttpResponse<String> get(InetSocketAddress address, String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static InetSocketAddress freeAddress() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
        }
    }

    /** A collector with nothing to do. */
    private abstract static class Scripted implements ContextCollector {
        @Override
        public void once() {}

        @Override
        public String unready() {
            return "";
        }

        @Override
        public void close() {}
    }
}
