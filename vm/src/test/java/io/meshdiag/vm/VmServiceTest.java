package io.meshdiag.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.collector.publish.JsonLinesPublisher;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.config.VmConfigReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VmServiceTest {
    @TempDir
    private Path dir;

    private final StringWriter out = new StringWriter();

    @Test
    void isReadyWhenTheMachineWasLookedAtAndEndsWhenItIsTold() throws Exception {
        Files.createDirectories(dir.resolve("root"));
        VmConfig config = VmConfigReader.read(
                Map.of(
                        "root", dir.resolve("root").toString(),
                        "state", dir.resolve("state").toString(),
                        "ports.admin", "1",
                        "ports.ready", "1",
                        "ports.agent", "1"),
                Map.of(),
                null,
                false);
        VmService service = new VmService(config, Optional.of(new JsonLinesPublisher(new PrintWriter(out, true))));
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());

        CompletableFuture<Void> running = CompletableFuture.runAsync(() -> run(service, address));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(address, "/readyz").equals("200 ready\n"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> get(address, "/metrics").contains("meshdiag_collector_source_ok"));

        service.stop();

        running.get(20, TimeUnit.SECONDS);
        assertThat(out.toString()).contains("\"topic\":\"vm-health\"", "\"topic\":\"heartbeats\"");
    }

    private static void run(VmService service, InetSocketAddress address) {
        try {
            service.run(address);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Status and body; empty while nothing listens. */
    private static String get(InetSocketAddress address, String path) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        } catch (IOException e) {
            return "";
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
