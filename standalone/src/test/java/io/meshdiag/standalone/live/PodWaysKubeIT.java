package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.meshdiag.collector.cluster.Clients;
import io.meshdiag.collector.cluster.pods.AccessSettings;
import io.meshdiag.collector.cluster.pods.ClusterPodAccess;
import io.meshdiag.collector.cluster.pods.IstiodToken;
import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.cluster.pods.PodRole;
import io.meshdiag.collector.cluster.pods.Way;
import io.meshdiag.collector.extract.kubernetes.KubernetesObject;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.serve.ServedFleet;
import io.meshdiag.simulator.serve.Trouble;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ways into pods behind a real API server. */
@Timeout(180)
class PodWaysKubeIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCENARIO = """
            name: one-cluster
            story: One small cluster whose pods are asked.
            mesh: alone
            istioVersion: 1.28.4
            clusters:
              - {id: east, network: east-network, region: east, istiods: 2, nodes: 2}
            services:
              - {namespace: shop, name: cart, replicas: 2}
            """;

    @TempDir
    static Path folder;

    private static Config config;
    private static KubernetesClient east;
    private static ServedFleet served;

    @BeforeAll
    static void serve() throws IOException {
        config = Config.fromKubeconfig("east", new File(System.getenv("MESHDIAG_TEST_KUBECONFIG")));
        east = Clients.of(config, "test");
        Path scenario = Files.writeString(folder.resolve("one-cluster.yaml"), SCENARIO);
        served = ServedFleet.start(Scenario.load(scenario, Instant.now()), Map.of("east", east));
    }

    @AfterAll
    static void stop() {
        served.close();
        east.close();
    }

    @AfterEach
    void heal() {
        served.cluster("east").istiods().forEach(name -> {
            served.cluster("east").heal(name);
            served.cluster("east").open(name);
        });
    }

    private static Pod pod(String namespace, String app) throws IOException {
        var pod = east.pods()
                .inNamespace(namespace)
                .withLabel("app", app)
                .list()
                .getItems()
                .get(0);
        return Pod.of(new KubernetesObject(JSON.readTree(Serialization.asJson(pod))));
    }

    private static Pod istiod() throws IOException {
        return pod("istio-system", "istiod");
    }

    private static ClusterPodAccess access(KubernetesClient client, IstiodToken token, Way... ways) {
        return access(client, token, Duration.ofSeconds(60), ways);
    }

    private static ClusterPodAccess access(KubernetesClient client, IstiodToken token, Duration deadline, Way... ways) {
        return new ClusterPodAccess(
                client,
                new AccessSettings(
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(30),
                        deadline,
                        20_000_000,
                        20_000_000,
                        100_000,
                        Duration.ofMinutes(1),
                        Map.of(PodRole.ISTIOD, List.of(ways), PodRole.PROXY, List.of(ways)),
                        token),
                InstantSource.system());
    }

    private ClusterPodAccess by(Way way) {
        return access(east, null, way);
    }

    /** A projected token, as the kubelet would write it. */
    private static IstiodToken token(String namespace, String account, String audience) throws IOException {
        String token = east.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audience)
                        .withExpirationSeconds(600L)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
        Path file = Files.writeString(Files.createTempFile(folder, "token", ""), token);
        return new IstiodToken(file, Set.of("istio-system"), null, null);
    }

    private static String text(InputStream page) throws IOException {
        try (page) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static PageException refusal(ClusterPodAccess access, Pod pod) {
        return catchThrowableOfType(PageException.class, () -> access.get(pod, 15014, "/debug/syncz")
                .close());
    }

    @Test
    void istiodAnswersThroughAPortForward() throws Exception {
        String syncz = text(by(Way.PORT_FORWARD).get(istiod(), 15014, "/debug/syncz"));

        assertThat(JSON.readTree(syncz)).isNotEmpty();
    }

    @Test
    void istiodAnswersToACommandInItsContainer() throws Exception {
        assertThat(JSON.readTree(text(by(Way.EXEC).get(istiod(), 15014, "/debug/syncz"))))
                .isNotEmpty();
    }

    @Test
    void istiodAnswersAtItsAddressToATokenOfItsNamespace() throws Exception {
        var access = access(east, token("istio-system", "istiod", "istio-ca"), Way.DIRECT);

        assertThat(JSON.readTree(text(access.get(istiod(), 15014, "/debug/syncz"))))
                .isNotEmpty();
    }

    @Test
    void otherTokensAreRefusedForTheReasonThatCounts() throws Exception {
        PageException audience = refusal(access(east, token("istio-system", "istiod", "vault"), Way.DIRECT), istiod());
        assertThat(audience.state()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(audience).hasMessageContaining("audience must be istio-ca");

        PageException namespace = refusal(access(east, token("shop", "cart", "istio-ca"), Way.DIRECT), istiod());
        assertThat(namespace.state()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(namespace).hasMessageContaining("DEBUG_ENDPOINT_AUTH_ALLOWED_NAMESPACES");
    }

    @Test
    void whoMayNotForwardPortsAsksDirectly() throws Exception {
        Config nobody =
                new ConfigBuilder(config).withImpersonateUsername("nobody").build();
        try (KubernetesClient client = Clients.of(nobody, "test")) {
            PageException refusal = refusal(access(client, null, Way.PORT_FORWARD, Way.EXEC), istiod());
            assertThat(refusal.state()).isEqualTo(SourceState.FORBIDDEN);
            assertThat(refusal).hasMessageContaining("grant get and create on pods/portforward");

            var access =
                    access(client, token("istio-system", "istiod", "istio-ca"), Way.PORT_FORWARD, Way.DIRECT, Way.EXEC);
            assertThat(JSON.readTree(text(access.get(istiod(), 15014, "/debug/syncz"))))
                    .isNotEmpty();

            PageException log = catchThrowableOfType(
                    PageException.class, () -> access.log(istiod(), "discovery", Duration.ofHours(1), 2)
                            .close());
            assertThat(log.state()).isEqualTo(SourceState.FORBIDDEN);
        }
    }

    @Test
    void envoyAnswersThroughAPortForwardAndToItsAgent() throws Exception {
        Pod cart = pod("shop", "cart");

        for (Way way : List.of(Way.PORT_FORWARD, Way.EXEC)) {
            assertThat(JSON.readTree(text(by(way).get(cart, 15000, "/server_info")))
                            .path("node")
                            .path("id")
                            .asText())
                    .contains(cart.name());
        }
    }

    @Test
    void aPageThatIsCutIsNotWhole() throws Exception {
        Pod istiod = istiod();
        served.cluster("east").trouble(istiod.name(), Trouble.CUT);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> text(by(Way.PORT_FORWARD).get(istiod, 15014, "/debug/syncz")))
                .withMessageContaining("cut off after");
    }

    @Test
    void aTrickleEndsAtTheDeadline() throws Exception {
        Pod istiod = istiod();
        served.cluster("east").trouble(istiod.name(), Trouble.TRICKLE);
        ClusterPodAccess hasty = access(east, null, Duration.ofSeconds(8), Way.PORT_FORWARD);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> text(hasty.get(istiod, 15014, "/debug/syncz")))
                .withMessageContaining("took too long");
    }

    @Test
    void aReplicaThatIsGoneIsUnreachableAndComesBack() throws Exception {
        Pod istiod = istiod();
        served.cluster("east").stop(istiod.name());
        assertThat(refusal(by(Way.PORT_FORWARD), istiod).state()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(refusal(by(Way.EXEC), istiod).state()).isEqualTo(SourceState.UNREACHABLE);

        served.cluster("east").open(istiod.name());
        assertThat(text(by(Way.PORT_FORWARD).get(istiod, 15014, "/debug/syncz")))
                .startsWith("[");
    }

    @Test
    void aPortWhereNothingListensIsUnreachable() throws Exception {
        PageException refusal = catchThrowableOfType(
                PageException.class,
                () -> by(Way.PORT_FORWARD).get(istiod(), 4711, "/metrics").close());

        assertThat(refusal.state()).isEqualTo(SourceState.UNREACHABLE);
    }

    @Test
    void aLogEndsWithItsNewestLines() throws Exception {
        assertThat(text(by(Way.EXEC).log(istiod(), "discovery", Duration.ofDays(1), 2))
                        .lines())
                .hasSizeBetween(1, 2)
                .allMatch(line -> line.matches("\\d{4}-\\d{2}-\\d{2}T.*"));
    }

    @Test
    void nothingIsLeftOfPagesThatWereClosedEarly() throws Exception {
        Pod istiod = istiod();
        ClusterPodAccess access = by(Way.PORT_FORWARD);
        text(access.get(istiod, 15014, "/debug/syncz"));
        long before = pools();

        for (int i = 0; i < 30; i++) {
            try (InputStream page = access.get(istiod, 15014, "/debug/syncz")) {
                assertThat(page.read()).isPositive();
            }
        }

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(pools()).isLessThanOrEqualTo(before + 3));
    }

    private static long pools() {
        Thread[] threads = new Thread[Thread.activeCount() + 100];
        int n = Thread.enumerate(threads);
        return Arrays.stream(threads, 0, n)
                .filter(thread -> thread.getName().startsWith("pool-"))
                .count();
    }
}
