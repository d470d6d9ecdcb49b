package io.meshdiag.collector.cluster.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.extract.text.Redactor;
import io.meshdiag.fact.SourceState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pages at a pod's own address. */
@Timeout(60)
class DirectWayTest {
    /** Ends a test that is about waiting soon, and is yet long enough for a slow machine to send what comes before the wait. */
    private static final Duration BRIEF = Duration.ofSeconds(3);

    private static final Duration LONG = Duration.ofSeconds(40);

    private static final String IP = "127.83.4.1";
    private static final Pod ISTIOD = Pods.istiod("istiod-1", IP);
    private static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.canary-of-the-token.c2lnbmF0dXJl";

    @TempDir
    Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final KubernetesClient client = new KubernetesClientBuilder().build();
    private final ScriptedServer istiod = new ScriptedServer(IP, 15014);
    private Path tokenFile;

    @BeforeEach
    void projectAToken() throws IOException {
        tokenFile = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    }

    @AfterEach
    void close() {
        istiod.close();
        client.close();
    }

    private ClusterPodAccess access(Duration idle, Duration deadline, long maxBytes, String clusterId) {
        return new ClusterPodAccess(
                client,
                new AccessSettings(
                        LONG,
                        idle,
                        deadline,
                        maxBytes,
                        maxBytes,
                        1000,
                        Duration.ofMinutes(1),
                        Map.of(PodRole.ISTIOD, List.of(Way.DIRECT), PodRole.PROXY, List.of(Way.DIRECT)),
                        new IstiodToken(tokenFile, Set.of("istio-system"), clusterId, null)),
                InstantSource.system());
    }

    private ClusterPodAccess access() {
        return access(LONG, LONG, 1_000_000, null);
    }

    private PageException refusal(Pod pod, int port, String path) {
        return catchThrowableOfType(
                PageException.class, () -> access().get(pod, port, path).close());
    }

    private static String text(InputStream page) throws IOException {
        try (page) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void istiodIsShownTheTokenAndTheClusterOfTheToken() throws Exception {
        istiod.page("/debug/syncz?proxyID=a", "[]");

        PodAccess access = new MeteredAccess(access(LONG, LONG, 1000, "west"), meters, "east");
        assertThat(text(access.get(ISTIOD, 15014, "/debug/syncz?proxyID=a"))).isEqualTo("[]");

        assertThat(istiod.requests())
                .containsExactly(
                        new ScriptedServer.Request("/debug/syncz?proxyID=a", "Bearer " + TOKEN, "west", "gzip"));
        assertThat(meters.get("meshdiag.collector.read")
                        .tag("cluster", "east")
                        .tag("source", "/debug/syncz")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aRenewedTokenIsUsedAtOnce() throws Exception {
        istiod.page("/debug/syncz", "[]");
        ClusterPodAccess access = access();
        text(access.get(ISTIOD, 15014, "/debug/syncz"));
        Files.writeString(tokenFile, "renewed");

        text(access.get(ISTIOD, 15014, "/debug/syncz"));

        assertThat(istiod.requests())
                .extracting(ScriptedServer.Request::authorization)
                .containsExactly("Bearer " + TOKEN, "Bearer renewed");
    }

    @Test
    void noOtherPodAndNoOtherPortSeesTheToken() throws Exception {
        istiod.page("/debug/syncz", "[]");
        try (ScriptedServer other = new ScriptedServer(IP, 15020).page("/debug/syncz", "[]")) {
            text(access().get(Pods.workload("web-1", IP), 15014, "/debug/syncz"));
            text(access().get(Pods.istiod("shop", "istiod-of-somebody", 15014, IP), 15014, "/debug/syncz"));
            text(access().get(ISTIOD, 15020, "/debug/syncz"));

            assertThat(istiod.requests()).hasSize(2).allSatisfy(request -> assertThat(request.authorization())
                    .isNull());
            assertThat(other.requests()).singleElement().satisfies(request -> assertThat(request.authorization())
                    .isNull());
        }
    }

    @Test
    void metricsAreReadWithoutAToken() throws Exception {
        Files.delete(tokenFile);
        istiod.page("/metrics", "up 1");

        assertThat(text(access().get(ISTIOD, 15014, "/metrics"))).isEqualTo("up 1");
        assertThat(istiod.requests()).singleElement().satisfies(request -> assertThat(request.authorization())
                .isNull());
    }

    @Test
    void aMissingTokenIsSaidAndNothingIsAsked() throws Exception {
        Files.delete(tokenFile);

        PageException refusal = refusal(ISTIOD, 15014, "/debug/syncz");

        assertThat(refusal.state()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(refusal).hasMessageContaining("audience istio-ca").hasMessageContaining("pods/portforward");
        assertThat(Redactor.clean(refusal.getMessage(), 1_000))
                .as("as it is shown in the coverage")
                .isEqualTo(refusal.getMessage());
        assertThat(istiod.requests()).isEmpty();
    }

    @Test
    void aMissingTokenDoesNotHideThatIstiodIsDown() throws Exception {
        Files.delete(tokenFile);

        PageException refusal = refusal(Pods.istiod("istiod-2", "127.83.4.99"), 15014, "/debug/syncz");

        assertThat(refusal.state()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(refusal).hasMessageContaining("connection refused").hasMessageContaining("15014");
    }

    @Test
    void aFileThatHoldsNoTokenIsNotSent() throws Exception {
        Files.writeString(tokenFile, "two words\r\nX-Injected: yes");

        assertThat(refusal(ISTIOD, 15014, "/debug/syncz")).hasMessageEndingWith("is no token");
        assertThat(istiod.requests()).isEmpty();
    }

    @Test
    void a401SaysWhichAudienceTheTokenNeeds() {
        istiod.status("/debug/syncz", 401);

        PageException refusal = refusal(ISTIOD, 15014, "/debug/syncz");

        assertThat(refusal.state()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(refusal).hasMessageContaining("token refused; its audience must be istio-ca");
        assertThat(Redactor.clean(refusal.getMessage(), 1_000))
                .as("as it is shown in the coverage")
                .isEqualTo(refusal.getMessage());
        assertThat(stackTrace(refusal)).doesNotContain("canary");
    }

    @Test
    void a403SaysWhereTheCollectorMustRun() {
        istiod.status("/debug/syncz", 403);

        PageException refusal = refusal(ISTIOD, 15014, "/debug/syncz");

        assertThat(refusal.state()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(refusal)
                .hasMessageContaining("since 1.27.6/1.28.4/1.29.0")
                .hasMessageContaining("DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES");
    }

    @Test
    void aPageThatThisVersionDoesNotHaveIsMissing() {
        PageException refusal = refusal(ISTIOD, 15014, "/debug/clusterz");

        assertThat(refusal.state()).isEqualTo(SourceState.MISSING);
        assertThat(refusal).hasMessageContaining("ENABLE_DEBUG_ON_HTTP=false");
    }

    @Test
    void aProxyOfAnotherReplicaIsMissing() {
        istiod.on(
                "/debug/config_dump?proxyID=web-1.shop",
                exchange -> ScriptedServer.send(
                        exchange,
                        404,
                        "Proxy not connected to this Pilot instance. It may be connected to another instance."));

        assertThat(refusal(ISTIOD, 15014, "/debug/config_dump?proxyID=web-1.shop"))
                .hasMessageContaining("not connected to this replica");
    }

    @Test
    void aBusyServerSaysHowLongItWantsToBeLeftAlone() {
        istiod.on("/debug/syncz", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "77");
            ScriptedServer.send(exchange, 429, "slow down");
        });

        PageException refusal = refusal(ISTIOD, 15014, "/debug/syncz");

        assertThat(refusal.state()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(refusal.retryAfter()).isEqualTo(Duration.ofSeconds(77));
    }

    @Test
    void aServerErrorIsLeftAloneForAWhile() {
        istiod.status("/debug/syncz", 503);

        assertThat(refusal(ISTIOD, 15014, "/debug/syncz").retryAfter()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aPodThatDoesNotListenIsUnreachable() {
        PageException refusal = refusal(Pods.istiod("istiod-2", "127.83.4.99"), 15014, "/debug/syncz");

        assertThat(refusal.state()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(refusal.retryAfter()).isNull();
        assertThat(refusal).hasMessageContaining("connection refused").hasMessageNotContaining("127.83");
    }

    @Test
    void anAnswerThatIsCutIsNeverTakenForAWholeOne() {
        istiod.on("/debug/syncz", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("[".getBytes(StandardCharsets.US_ASCII));
        });

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> text(access().get(ISTIOD, 15014, "/debug/syncz")))
                .withMessage("the answer was cut off after 1 bytes");
    }

    @Test
    void anAnswerThatStopsIsGivenUp() {
        CountDownLatch given = new CountDownLatch(1);
        istiod.on("/debug/syncz", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("[[[".getBytes(StandardCharsets.US_ASCII));
            exchange.getResponseBody().flush();
            await(given);
        });

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> text(access(BRIEF, LONG, 1000, null).get(ISTIOD, 15014, "/debug/syncz")))
                .withMessage("the answer stopped after 3 bytes");
        given.countDown();
    }

    @Test
    void aTrickleEndsAtTheDeadline() {
        CountDownLatch given = new CountDownLatch(1);
        istiod.on("/debug/syncz", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            while (given.getCount() > 0) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                pause(given, 20);
            }
        });

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> text(access(LONG, BRIEF, 1_000_000, null).get(ISTIOD, 15014, "/debug/syncz")))
                .withMessageContaining("took too long");
        given.countDown();
    }

    @Test
    void aServerThatNeverAnswersIsUnreachable() {
        CountDownLatch given = new CountDownLatch(1);
        istiod.on("/debug/syncz", exchange -> await(given));

        assertThatThrownBy(() -> access(BRIEF, LONG, 1000, null).get(ISTIOD, 15014, "/debug/syncz"))
                .isInstanceOfSatisfying(
                        PageException.class, e -> assertThat(e.state()).isEqualTo(SourceState.UNREACHABLE));
        given.countDown();
    }

    @Test
    void aCompressedPageIsUnpacked() throws Exception {
        istiod.on("/debug/syncz", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(gzip("[{}]".getBytes(StandardCharsets.US_ASCII)));
        });

        assertThat(text(access().get(ISTIOD, 15014, "/debug/syncz"))).isEqualTo("[{}]");
    }

    @Test
    void aBombStopsAtTheLimitOfTheUnpackedPage() throws IOException {
        byte[] bomb = gzip(new byte[50_000_000]);
        istiod.on("/debug/syncz", exchange -> {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(bomb);
        });

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> text(access().get(ISTIOD, 15014, "/debug/syncz")))
                .withMessageContaining("larger than 1000000 bytes");
    }

    @Test
    void anEndlessPageIsReadAsAStreamUntilItsLimit() throws Exception {
        byte[] chunk = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        istiod.on("/debug/endpointShardz", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (; ; ) {
                exchange.getResponseBody().write(chunk);
            }
        });
        byte[] buffer = new byte[1 << 16];
        long[] read = {0};

        try (InputStream page = access(LONG, LONG, 300_000_000, null).get(ISTIOD, 15014, "/debug/endpointShardz")) {
            assertThatThrownBy(() -> {
                        for (int n = page.read(buffer); n >= 0; n = page.read(buffer)) {
                            read[0] += n;
                        }
                    })
                    .hasMessageContaining("larger than 300000000 bytes");
        }

        assertThat(read[0]).isBetween(299_000_000L, 300_000_000L);
    }

    @Test
    void whatChangesIstiodIsNeverAsked() {
        assertThatThrownBy(() -> access().get(ISTIOD, 15014, "/debug/force_disconnect"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(istiod.requests()).isEmpty();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static void await(CountDownLatch latch) {
        pause(latch, 30_000);
    }

    private static void pause(CountDownLatch latch, long millis) {
        try {
            boolean given = latch.await(millis, TimeUnit.MILLISECONDS);
            assertThat(given || millis < 30_000).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String stackTrace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
