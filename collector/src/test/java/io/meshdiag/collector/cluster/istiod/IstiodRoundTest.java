package io.meshdiag.collector.cluster.istiod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.meshdiag.collector.cluster.ClusterOrigin;
import io.meshdiag.collector.cluster.PodDirectory;
import io.meshdiag.collector.cluster.Surroundings;
import io.meshdiag.collector.cluster.pods.AccessSettings;
import io.meshdiag.collector.cluster.pods.ClusterPodAccess;
import io.meshdiag.collector.cluster.pods.IstiodToken;
import io.meshdiag.collector.cluster.pods.PodRole;
import io.meshdiag.collector.cluster.pods.Pods;
import io.meshdiag.collector.cluster.pods.ScriptedServer;
import io.meshdiag.collector.cluster.pods.Way;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.collector.live.Book;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rounds over two replicas that listen on addresses of their own. */
@Timeout(60)
class IstiodRoundTest {
    private static final String TOKEN = "canary-token-of-the-collector";
    private static final IstiodSettings SETTINGS = new IstiodSettings(
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ZERO);

    @TempDir
    Path folder;

    private final Pod a = Pods.istiod("istiod-a", "127.83.5.1");
    private final Pod b = Pods.istiod("istiod-b", "127.83.5.2");
    private final ScriptedServer serverA = healthy("127.83.5.1", "web-1", "web-2");
    private final ScriptedServer serverB = healthy("127.83.5.2", "web-3");
    private final KubernetesClient client = new KubernetesClientBuilder().build();
    private final RecordedFacts facts = new RecordedFacts();
    private final SourceBoard board = new SourceBoard();
    private final List<Pod> istiods = new ArrayList<>(List.of(a, b));
    private final List<MeshConfig> meshConfigs = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-21T07:00:00Z");
    private IstiodRound round;

    private static ScriptedServer healthy(String ip, String... proxies) {
        return new ScriptedServer(ip, 15014)
                .page("/debug/syncz", syncz(proxies))
                .page("/debug/clusterz", "[{\"id\":\"east\",\"secretName\":\"\",\"syncStatus\":\"synced\"}]")
                .page("/debug/networkz", "[]")
                .page("/debug/mesh", "{\"trustDomain\":\"cluster.local\",\"rootNamespace\":\"istio-system\"}")
                .page("/debug/registryz", "[{\"hostname\":\"web.shop.svc.cluster.local\"}]")
                .page("/debug/endpointShardz", "{\"web.shop.svc.cluster.local\":{\"shop\":{\"Shards\":{}}}}")
                .page("/metrics", "pilot_services 3\n");
    }

    private static String syncz(String... proxies) {
        List<String> entries = new ArrayList<>();
        for (String proxy : proxies) {
            entries.add("""
                    {"cluster_id":"east","proxy":"%s.shop","istio_version":"1.24.2",
                     "cluster_sent":"n1","cluster_acked":"n1"}""".formatted(proxy));
        }
        return entries.toString();
    }

    @BeforeEach
    void collect() throws IOException {
        Path token = Files.writeString(folder.resolve("token"), TOKEN);
        var access = new ClusterPodAccess(
                client,
                new AccessSettings(
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(40),
                        1_000_000,
                        1_000_000,
                        1000,
                        Duration.ofMinutes(1),
                        Map.of(PodRole.ISTIOD, List.of(Way.DIRECT)),
                        new IstiodToken(token, Set.of("istio-system"), null, null)),
                () -> now);
        var origin = new ClusterOrigin("mesh", "east", "0123456789", "istiod", () -> now);
        var cluster = new Surroundings(origin, new Directory(), access, new Book(facts, Duration.ofMinutes(10)), board);
        round = new IstiodRound(cluster, SETTINGS, meshConfigs::add);
    }

    @AfterEach
    void close() {
        serverA.close();
        serverB.close();
        client.close();
    }

    private final class Directory implements PodDirectory {
        @Override
        public List<Pod> istiods() {
            return istiods;
        }

        @Override
        public List<Pod> proxies() {
            return List.of();
        }

        @Override
        public List<Pod> cniAgents() {
            return List.of();
        }

        @Override
        public Optional<Pod> pod(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public boolean complete() {
            return true;
        }

        @Override
        public void onDeleted(Consumer<Pod> listener) {}
    }

    private SourceCoverage coverage(String source) {
        return board.coverage().stream()
                .filter(c -> c.getSource().equals(source))
                .findFirst()
                .orElseThrow();
    }

    private List<String> tombstones() {
        return facts.calls().stream()
                .filter(call -> call.startsWith("tombstone"))
                .toList();
    }

    private static long asked(ScriptedServer server, String path) {
        return server.requests().stream().filter(r -> r.path().equals(path)).count();
    }

    @Test
    void aRoundReadsEveryPageOfEveryReplica() throws Exception {
        round.run();

        assertThat(facts.only(ProxyStatus.class))
                .extracting(p -> p.getName() + " at " + p.getIstiod())
                .containsExactlyInAnyOrder("web-1 at istiod-a", "web-2 at istiod-a", "web-3 at istiod-b");
        assertThat(facts.only(IstiodInstance.class)).hasSize(2);
        assertThat(facts.only(EndpointShards.class)).hasSize(2);
        assertThat(facts.only(ProxyStatus.class).get(0).getHeader().getSource()).isEqualTo("istiod:/debug/syncz");
        assertThat(facts.only(ProxyStatus.class))
                .extracting(p -> p.getHeader().getObserver())
                .contains("istiod/istio-system/istiod-a", "istiod/istio-system/istiod-b");
        assertThat(board.coverage()).allSatisfy(c -> {
            assertThat(c.getState()).as(c.getSource()).isEqualTo(SourceState.OK);
            assertThat(c.getRead()).isEqualTo(2);
        });
    }

    @Test
    void theMeshConfigIsToldOnceUntilItChanges() throws Exception {
        round.run();
        now = now.plus(Duration.ofMinutes(5));
        round.run();
        assertThat(meshConfigs).extracting(MeshConfig::trustDomain).containsExactly("cluster.local");

        serverA.page("/debug/mesh", "{\"trustDomain\":\"td2\"}");
        now = now.plus(Duration.ofMinutes(5));
        round.run();
        assertThat(meshConfigs).extracting(MeshConfig::trustDomain).containsExactly("cluster.local", "td2");
    }

    @Test
    void largePagesAreReadLessOften() throws Exception {
        round.run();
        now = now.plus(Duration.ofSeconds(30));
        round.run();

        assertThat(asked(serverA, "/debug/syncz")).isEqualTo(2);
        assertThat(asked(serverA, "/debug/endpointShardz")).isEqualTo(1);
        assertThat(asked(serverA, "/debug/registryz")).isEqualTo(1);

        now = now.plus(Duration.ofMinutes(2));
        round.run();
        assertThat(asked(serverA, "/debug/endpointShardz")).isEqualTo(2);
        assertThat(asked(serverA, "/debug/registryz")).isEqualTo(1);
    }

    @Test
    void knowsWhichProxiesNoReplicaListsWhenAllHaveAnswered() throws Exception {
        round.run();
        now = now.plus(Duration.ofSeconds(30));
        round.run();

        assertThat(round.sightings().unlistedSince("shop", "web-9")).contains(now.minusSeconds(30));
        assertThat(round.sightings().unlistedSince("shop", "web-3")).isEmpty();
    }

    @Test
    void missesNobodyWhileAReplicaDoesNotAnswer() throws Exception {
        serverB.close();
        round.run();
        now = now.plus(Duration.ofMinutes(30));
        round.run();

        assertThat(round.sightings().unlistedSince("shop", "web-3")).isEmpty();
    }

    @Test
    void aProxyThatDisconnectedIsGoneAtThatReplicaOnly() throws Exception {
        round.run();
        serverA.page("/debug/syncz", syncz("web-2"));
        now = now.plus(Duration.ofSeconds(30));
        round.run();

        assertThat(tombstones()).containsExactly("tombstone mesh/east@01234567/proxy-status/shop/web-1/istiod-a");
        assertThat(round.sightings().all()).extracting(ProxySighting::name).containsExactly("web-2", "web-3");
    }

    @Test
    void aPageThatWasCutTakesNothingAway() throws Exception {
        round.run();
        serverA.on("/debug/syncz", exchange -> {
            byte[] begun = syncz("web-1").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write(begun, 0, begun.length - 1);
        });
        now = now.plus(Duration.ofSeconds(30));
        round.run();

        assertThat(tombstones()).isEmpty();
        assertThat(coverage("istiod/syncz").getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(coverage("istiod/syncz").getDetail())
                .startsWith("1 of 2 read; istio-system/istiod-a: the answer was cut off");
        assertThat(round.sightings().all()).hasSize(3);
    }

    @Test
    void aRefusalIsBlindnessAndNotTheAbsenceOfProxies() throws Exception {
        round.run();
        for (String page : List.of("syncz", "clusterz", "networkz", "endpointShardz", "mesh", "registryz")) {
            serverA.status("/debug/" + page, 403);
            serverB.status("/debug/" + page, 403);
        }
        now = now.plus(Duration.ofMinutes(20));
        round.run();

        assertThat(tombstones()).isEmpty();
        assertThat(coverage("istiod/syncz").getState()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(coverage("istiod/syncz").getDetail()).contains("DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES");
        assertThat(coverage("istiod/metrics").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void oneRefusalIsEnoughToLeaveTheOtherDebugPagesAlone() throws Exception {
        serverA.status("/debug/mesh", 401);

        round.run();

        assertThat(serverA.requests())
                .extracting(ScriptedServer.Request::path)
                .containsExactly("/debug/mesh", "/metrics");
        assertThat(coverage("istiod/registryz").getDetail())
                .contains("istiod-a")
                .contains("audience must be istio-ca");
    }

    @Test
    void aReplicaThatIsDownCostsItsOwnFactsAndIsLeftAloneLongerAndLonger() throws Exception {
        serverA.close();

        round.run();

        assertThat(facts.only(ProxyStatus.class))
                .extracting(ProxyStatus::getName)
                .containsExactly("web-3");
        assertThat(coverage("istiod/metrics").getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(coverage("istiod/metrics").getDetail())
                .contains("istio-system/istiod-a: direct: connection refused");

        try (ScriptedServer back = healthy("127.83.5.1", "web-1")) {
            now = now.plus(Duration.ofSeconds(25));
            round.run();
            assertThat(back.requests()).isEmpty();

            now = now.plus(Duration.ofSeconds(10));
            round.run();
            assertThat(back.requests()).isNotEmpty();
        }
        assertThat(coverage("istiod/metrics").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void aBusyReplicaIsLeftAloneAsLongAsItAsks() throws Exception {
        serverA.on("/debug/mesh", exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "300");
            ScriptedServer.send(exchange, 503, "busy");
        });
        round.run();
        now = now.plus(Duration.ofSeconds(299));
        round.run();
        assertThat(serverA.requests()).hasSize(1);

        now = now.plus(Duration.ofSeconds(2));
        round.run();
        assertThat(serverA.requests()).hasSize(2);
    }

    @Test
    void aPageThatAVersionDoesNotHaveIsSeldomAskedForAndCostsNoOtherPage() throws Exception {
        serverA.status("/debug/clusterz", 404);
        round.run();
        now = now.plus(Duration.ofMinutes(5));
        round.run();

        assertThat(asked(serverA, "/debug/clusterz")).isEqualTo(1);
        assertThat(asked(serverA, "/debug/networkz")).isEqualTo(2);
        assertThat(coverage("istiod/clusterz").getDetail()).contains("ENABLE_DEBUG_ON_HTTP=false");
    }

    @Test
    void aPageOfSomethingElseIsUnreadable() throws Exception {
        serverA.page("/debug/syncz", "<html>log in</html>");
        serverB.page("/debug/syncz", "<html>log in</html>");

        round.run();

        assertThat(coverage("istiod/syncz").getState()).isEqualTo(SourceState.UNREADABLE);
        assertThat(coverage("istiod/clusterz").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void aReplicaThatIsGoneIsNotExpectedAnyMore() throws Exception {
        round.run();
        istiods.remove(b);
        now = now.plus(Duration.ofSeconds(30));
        round.run();

        assertThat(coverage("istiod/syncz").getExpected()).isEqualTo(1);
        assertThat(round.sightings().of("shop", "web-3")).isEmpty();
    }

    @Test
    void noTokenIsInAnyFactOrCoverage() throws Exception {
        serverA.on(
                "/debug/syncz",
                exchange -> ScriptedServer.send(
                        exchange,
                        200,
                        "[{\"proxy\":\"" + exchange.getRequestHeaders().getFirst("Authorization")));
        serverB.on(
                "/debug/mesh",
                exchange -> ScriptedServer.send(
                        exchange, 401, exchange.getRequestHeaders().getFirst("Authorization")));

        round.run();

        assertThat(serverA.requests())
                .anySatisfy(r -> assertThat(r.authorization()).contains(TOKEN));
        assertThat(facts.all().toString()).doesNotContain("canary");
        assertThat(board.coverage().toString()).doesNotContain("canary");
    }
}
