package io.meshdiag.collector.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClusterWatchTest {
    private static final String SERVICES = "kubernetes/resources";
    private static final String SIDECARS = "/apis/networking.istio.io/v1/sidecars";

    /** Pages of two objects; a silent watch is replaced after 0.4 s, as the fake server sends no bookmarks. */
    private static final WatchSettings SETTINGS = settings(Duration.ofMillis(100));

    private static final WatchSettings PATIENT = settings(Duration.ofMinutes(1));

    private final SeenObjects seen = new SeenObjects();
    private final SourceBoard board = new SourceBoard();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private FakeApiServer server;
    private KubernetesClient client;

    private static WatchSettings settings(Duration silence) {
        return settings(Duration.ofMillis(200), silence, Duration.ofMinutes(1));
    }

    private static WatchSettings settings(Duration discovery, Duration silence, Duration stalled) {
        return new WatchSettings(
                List.of("istio-system"),
                false,
                Set.of(),
                2,
                discovery,
                silence,
                stalled,
                Duration.ofMillis(20),
                Duration.ofMillis(100));
    }

    @BeforeEach
    void startServer() throws IOException {
        server = new FakeApiServer();
        client = server.client();
    }

    @AfterEach
    void stopServer() {
        client.close();
        server.close();
    }

    private ClusterWatch watch(WatchSettings settings) {
        return new ClusterWatch(client, "east", settings, seen, version -> {}, board, InstantSource.system(), meters)
                .start();
    }

    private void awaitCoverage(String source, SourceState state, String words) {
        await().atMost(SeenObjects.PATIENCE).untilAsserted(() -> assertThat(board.coverage())
                .filteredOn(c -> c.getSource().equals(source))
                .singleElement()
                .satisfies(c -> assertThat(c.getState()).isEqualTo(state))
                .extracting(SourceCoverage::getDetail)
                .asString()
                .contains(words));
    }

    private void awaitOpenWatch() {
        await().atMost(SeenObjects.PATIENCE).until(() -> server.openWatches() == 1);
    }

    @Test
    void readsListsPageByPageAndTellsEveryObjectOnce() throws Exception {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            server.put(name, "{}");
        }
        try (ClusterWatch watch = watch(PATIENT)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            assertThat(seen.told)
                    .filteredOn(t -> !t.startsWith("notServed"))
                    .containsExactly(
                            "changed services/shop/a",
                            "changed services/shop/b",
                            "changed services/shop/c",
                            "changed services/shop/d",
                            "changed services/shop/e",
                            "listed services");
        }
    }

    @Test
    void asksForTheNextPageOnlyWhenTheListenerIsDoneWithThisOne() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            server.put(name, "{}");
        }
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        seen.before = object -> {
            busy.countDown();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        try (ClusterWatch watch = watch(SETTINGS)) {
            busy.await();
            assertThat(watch.awaitListed(Duration.ofSeconds(1))).isFalse();
            assertThat(server.lists).hasSize(1);
            done.countDown();
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            assertThat(seen.objects).hasSize(3);
        }
    }

    @Test
    void saysWhatToGrantAndReadsItOnceItIsGranted() throws Exception {
        server.put("web", "{}");
        server.refusal = FakeApiServer.status(403, "");
        try (ClusterWatch watch = watch(PATIENT)) {
            awaitCoverage(
                    SERVICES,
                    SourceState.PARTIAL,
                    "services: may not list services: grant verbs list and watch to the collector by a ClusterRole");
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isFalse();
            server.refusal = null;
            seen.awaitTold("changed services/shop/web");
            awaitCoverage(SERVICES, SourceState.OK, "");
        }
    }

    @Test
    void saysThatARightWasTakenAwayOnceItsWatchHasEnded() throws Exception {
        try (ClusterWatch watch =
                watch(settings(Duration.ofMillis(200), Duration.ofMinutes(1), Duration.ofMillis(500)))) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            awaitCoverage(SERVICES, SourceState.OK, "");

            // fabric8 asks for the watch again and again, and tells nobody that it is refused.
            server.refusal = FakeApiServer.status(403, "");
            server.cut();
            awaitCoverage(SERVICES, SourceState.PARTIAL, "services: may not list services");

            server.refusal = null;
            server.put("web", "{}");
            seen.awaitTold("changed services/shop/web");
            awaitCoverage(SERVICES, SourceState.OK, "");
        }
    }

    @Test
    void leavesAnOverloadedServerAloneForAsLongAsItAsks() throws Exception {
        server.put("web", "{}");
        server.failures.add(FakeApiServer.status(429, "\"retryAfterSeconds\":1"));
        try (ClusterWatch watch = watch(PATIENT)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            List<Instant> asked =
                    server.lists.stream().map(FakeApiServer.Listed::at).toList();
            assertThat(Duration.between(asked.get(0), asked.get(1))).isGreaterThanOrEqualTo(Duration.ofMillis(990));
        }
    }

    @Test
    void beginsAnewWhenTheListThatItPagesThroughExpires() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            server.put(name, "{}");
        }
        seen.before = object -> {
            if (object.name().equals("b") && server.lists.size() == 1) {
                server.failures.add(FakeApiServer.status(410, ""));
            }
        };
        try (ClusterWatch watch = watch(PATIENT)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            assertThat(seen.objects).hasSize(3);
        }
    }

    @Test
    void noticesWhatVanishedWhileTheHistoryWasLost() throws Exception {
        server.put("web", "{}");
        server.put("gone", "{}");
        try (ClusterWatch watch = watch(PATIENT)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            awaitOpenWatch();
            server.halfOpen = true;
            server.remove("gone");
            server.halfOpen = false;
            server.send("{\"type\":\"ERROR\",\"object\":" + FakeApiServer.status(410, "") + "}");
            seen.awaitTold("deleted services/shop/gone");
            assertThat(seen.objects).containsOnlyKeys("services/shop/web");
        }
    }

    @Test
    void goesOnAfterAWatchWasCut() throws Exception {
        try (ClusterWatch watch = watch(PATIENT)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            awaitOpenWatch();
            server.put("first", "{}");
            seen.awaitTold("changed services/shop/first");
            server.cut();
            server.put("second", "{}");
            seen.awaitTold("changed services/shop/second");
        }
    }

    @Test
    void replacesAWatchThatIsOpenButSilent() throws Exception {
        server.put("web", "{\"type\":\"ClusterIP\"}");
        server.put("gone", "{}");
        try (ClusterWatch watch = watch(SETTINGS)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            server.halfOpen = true;
            server.put("web", "{\"type\":\"NodePort\"}");
            server.put("new", "{}");
            server.remove("gone");
            seen.awaitTold("changed services/shop/new");
            seen.awaitTold("deleted services/shop/gone");
            seen.awaitObject(
                    "services/shop/web",
                    s -> assertThat(s.spec().path("type").asText()).isEqualTo("NodePort"));
            assertThat(meters.get("meshdiag.collector.watch.rebuilds")
                            .tag("resource", "services")
                            .counter()
                            .count())
                    .isPositive();
        }
    }

    @Test
    void losesNoOtherObjectToOneThatIsNotDecodable() throws Exception {
        server.put("a", "{}");
        server.put("/api/v1/services", "b", "{\"kind\":\"Service\",\"metadata\":\"hunter2\"}");
        server.put("/api/v1/services", "c", "5");
        server.put("d", "{}");
        try (ClusterWatch watch = watch(PATIENT)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            assertThat(seen.objects).containsOnlyKeys("services/shop/a", "services/shop/d");
            awaitOpenWatch();
            server.send("{\"type\":\"ADDED\",\"object\":{\"hunter2\"");
            server.put("e", "{}");
            seen.awaitTold("changed services/shop/e");
            assertThat(board.coverage().toString()).doesNotContain("hunter2");
        }
    }

    @Test
    void losesNoOtherObjectToOneThatTheListenerCannotTake() throws Exception {
        server.put("bad", "{}");
        server.put("good", "{}");
        seen.before = object -> {
            if (object.name().equals("bad") && !object.spec().has("repaired")) {
                throw new IllegalStateException("hunter2");
            }
        };
        try (ClusterWatch watch = watch(PATIENT)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            assertThat(seen.objects).containsOnlyKeys("services/shop/good");
            awaitCoverage(SERVICES, SourceState.PARTIAL, "1 object(s) could not be read, for example shop/bad");
            awaitOpenWatch();
            server.put("bad", "{\"repaired\":true}");
            awaitCoverage(SERVICES, SourceState.OK, "");
        }
    }

    @Test
    void watchesCustomResourcesOnceTheirCrdIsThereAndAsLong() throws Exception {
        try (ClusterWatch watch = watch(PATIENT)) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();
            assertThat(seen.told).contains("notServed sidecars");
            awaitCoverage("kubernetes/custom-resources", SourceState.OK, "");

            server.install(SIDECARS);
            server.put(
                    SIDECARS,
                    "default",
                    "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"default\",\"resourceVersion\":\"VERSION\"}}");
            seen.awaitObject("sidecars/shop/default", s -> {
                assertThat(s.group()).isEqualTo("networking.istio.io");
                assertThat(s.version()).isEqualTo("v1");
            });

            seen.told.clear();
            server.uninstall(SIDECARS);
            seen.awaitTold("notServed sidecars");
            awaitCoverage("kubernetes/custom-resources", SourceState.OK, "");
        }
    }

    @Test
    void anotherVersionThatIsServedForAMomentTakesNothingForGone() throws Exception {
        server.install(SIDECARS);
        server.put(
                SIDECARS,
                "default",
                "{\"metadata\":{\"namespace\":\"shop\",\"name\":\"default\",\"resourceVersion\":\"VERSION\"}}");
        AtomicInteger looks = new AtomicInteger();
        try (ClusterWatch watch = new ClusterWatch(
                        client,
                        "east",
                        settings(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofMinutes(1)),
                        seen,
                        version -> looks.incrementAndGet(),
                        board,
                        InstantSource.system(),
                        meters)
                .start()) {
            assertThat(watch.awaitListed(SeenObjects.PATIENCE)).isTrue();

            await().atMost(SeenObjects.PATIENCE).until(() -> server.openWatches() == 2);

            // As an API server that starts does, which has the group before all of its versions.
            server.uninstall(SIDECARS);
            server.install(SIDECARS.replace("/v1/", "/v1beta1/"));
            // The watch of Services begins anew, and each of its lists makes the collector look which kinds there are.
            int before = looks.get();
            server.refusal = FakeApiServer.status(404, "");
            server.send("{\"type\":\"ERROR\",\"object\":" + FakeApiServer.status(410, "") + "}");
            await().atMost(SeenObjects.PATIENCE).until(() -> looks.get() >= before + 2);
            server.refusal = null;
            server.uninstall(SIDECARS.replace("/v1/", "/v1beta1/"));
            server.install(SIDECARS);
            awaitCoverage("kubernetes/custom-resources", SourceState.OK, "");

            assertThat(seen.told).doesNotContain("notServed sidecars");
        }
    }
}
