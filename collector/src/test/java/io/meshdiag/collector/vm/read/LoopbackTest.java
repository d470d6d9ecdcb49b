package io.meshdiag.collector.vm.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopbackTest {
    private static final Duration BRIEF = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofSeconds(40);

    private final Loopback loopback = new Loopback(LONG, LONG);
    private final ExecutorService requests = Executors.newCachedThreadPool();
    private final CountDownLatch ended = new CountDownLatch(1);
    private HttpServer server;

    private interface Answer {
        void to(HttpExchange request) throws IOException, InterruptedException;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(requests);
        server.start();
    }

    @AfterEach
    void stop() {
        ended.countDown();
        server.stop(0);
        requests.shutdownNow();
    }

    private void answer(Answer answer) {
        server.createContext("/", request -> {
            try (request) {
                answer.to(request);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private int port() {
        return server.getAddress().getPort();
    }

    private UnreadException failure() throws IOException {
        return failure(loopback);
    }

    private UnreadException failure(Loopback reader) throws IOException {
        try (InputStream page = reader.get(port(), "/page", 10_000)) {
            page.readAllBytes();
            throw new AssertionError("it was read");
        } catch (UnreadException e) {
            return e;
        }
    }

    @Test
    void readsAPage() throws Exception {
        answer(request -> {
            request.sendResponseHeaders(200, 2);
            request.getResponseBody().write("ok".getBytes(StandardCharsets.UTF_8));
        });

        try (InputStream page = loopback.get(port(), "/page?include_eds", 10_000)) {
            assertThat(new String(page.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("ok");
        }
    }

    @Test
    void aStatusIsAnAnswerWhateverItIs() throws Exception {
        answer(request -> request.sendResponseHeaders(503, -1));

        assertThat(loopback.status(port(), "/healthz/ready")).hasValue(503);
        assertThat(failure().state()).isEqualTo(SourceState.UNREACHABLE);
    }

    @Test
    void noRedirectIsFollowed() throws Exception {
        answer(request -> {
            request.getResponseHeaders().set("Location", "http://192.0.2.1/");
            request.sendResponseHeaders(302, -1);
        });

        assertThat(failure()).hasMessageContaining("status 302");
    }

    @Test
    void whereNothingListensItSaysSo() throws Exception {
        server.stop(0);

        assertThat(failure()).hasMessageContaining("nothing listens");
        assertThat(loopback.status(port(), "/healthz/ready")).isEmpty();
    }

    @Test
    void aServerThatHangsIsGivenUp() throws Exception {
        answer(request -> ended.await());

        assertThat(failure(new Loopback(BRIEF, LONG))).hasMessageContaining("no answer within");
    }

    @Test
    void aPageWithoutEndIsCut() throws Exception {
        answer(request -> {
            request.sendResponseHeaders(200, 0);
            while (true) {
                request.getResponseBody().write(new byte[1_000]);
            }
        });

        assertThat(failure().state()).isEqualTo(SourceState.PARTIAL);
    }

    @Test
    void aPageThatDripsIsGivenUpAtItsDeadline() throws Exception {
        answer(request -> {
            request.sendResponseHeaders(200, 0);
            while (!ended.await(100, TimeUnit.MILLISECONDS)) {
                request.getResponseBody().write('x');
                request.getResponseBody().flush();
            }
        });

        assertThat(failure(new Loopback(LONG, BRIEF))).hasMessageContaining("did not come to its end within 2 s");
    }
}
