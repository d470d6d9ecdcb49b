package io.meshdiag.simulator.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A fleet of two clusters on two real API servers. */
class ServedFleetKubeIT {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    private static KubernetesClient east;
    private static KubernetesClient west;
    private static Scenario healthy;
    private static List<Fault> faults;
    private static ServedFleet served;

    @BeforeAll
    static void serve() throws IOException {
        east = client("east");
        west = client("west");
        Scenario scenario = Scenario.load(Path.of("src/test/resources/scenarios/two-clusters.yaml"), Instant.now());
        faults = scenario.faults();
        healthy = scenario.with(List.of());
        served = ServedFleet.start(healthy, Map.of("east", east, "west", west));
    }

    private static KubernetesClient client(String context) {
        Config config = Config.fromKubeconfig(context, new File(System.getenv("MESHDIAG_TEST_KUBECONFIG")));
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterAll
    static void nothingOfItIsLeft() {
        served.close();
        for (KubernetesClient client : List.of(east, west)) {
            assertThat(client.pods()
                            .inAnyNamespace()
                            .withLabel(ApiServer.OWN)
                            .list()
                            .getItems())
                    .isEmpty();
            assertThat(client.namespaces().withLabel(ApiServer.OWN).list().getItems())
                    .isEmpty();
            assertThat(client.nodes().withLabel(ApiServer.OWN).list().getItems())
                    .isEmpty();
            assertThat(client.namespaces().withName("kube-system").get()).isNotNull();
            client.close();
        }
    }

    @AfterEach
    void repair() {
        served.cluster("east").heal(istiod().getMetadata().getName());
        if (!served.scenario().faults().isEmpty()) {
            served.with(List.of());
        }
    }

    private static Pod istiod() {
        return east.pods()
                .inNamespace("istio-system")
                .withLabel("app", "istiod")
                .list()
                .getItems()
                .get(0);
    }

    private static Pod sidecar() {
        return east.pods()
                .inNamespace("shop")
                .withLabel("app", "cart")
                .list()
                .getItems()
                .get(0);
    }

    @Test
    void podsRunOnNodesAndAreReady() {
        assertThat(sidecar().getStatus().getPhase()).isEqualTo("Running");
        assertThat(sidecar().getStatus().getConditions())
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
        assertThat(east.nodes().withName(sidecar().getSpec().getNodeName()).get())
                .isNotNull();
    }

    @Test
    void daemonSetOfTheCniAdoptsItsPods() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(east.apps()
                        .daemonSets()
                        .inNamespace("istio-system")
                        .withName("istio-cni-node")
                        .get()
                        .getStatus()
                        .getNumberReady())
                .isEqualTo(3));
    }

    @Test
    void istiodAnswersThroughPortForwardWithoutToken() throws Exception {
        try (LocalPortForward forward = east.pods().resource(istiod()).portForward(15014)) {
            HttpResponse<String> answer = get("127.0.0.1", forward.getLocalPort(), "/debug/syncz", null);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(answer.body())).isNotEmpty();
        }
    }

    @Test
    void istiodWantsTokenAtItsAddress() throws Exception {
        String address = istiod().getStatus().getPodIP();

        assertThat(get(address, 15014, "/debug/syncz", null).statusCode()).isEqualTo(401);
        assertThat(get(address, 15014, "/debug/syncz", "made-up").statusCode()).isEqualTo(401);
        assertThat(get(address, 15014, "/debug/syncz", token("shop", "cart", "another"))
                        .statusCode())
                .isEqualTo(401);
        assertThat(get(address, 15014, "/debug/syncz", token("shop", "cart", "istio-ca"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(get(address, 15014, "/debug/syncz", token("istio-system", "istiod", "istio-ca"))
                        .statusCode())
                .isEqualTo(200);
        assertThat(get(address, 15014, "/metrics", null).body()).contains("pilot_xds{");
    }

    private static String token(String namespace, String account, String audience) {
        TokenRequest request = new TokenRequestBuilder()
                .withNewSpec()
                .withAudiences(audience)
                .withExpirationSeconds(600L)
                .endSpec()
                .build();
        return east.serviceAccounts()
                .inNamespace(namespace)
                .withName(account)
                .tokenRequest(request)
                .getStatus()
                .getToken();
    }

    @Test
    void envoyAnswersThroughExecAndPortForward() throws Exception {
        String dump = exec(sidecar(), "istio-proxy", "pilot-agent", "request", "GET", "config_dump?include_eds");
        assertThat(JSON.readTree(dump).path("configs")).hasSize(7);

        try (LocalPortForward forward = east.pods().resource(sidecar()).portForward(15000)) {
            JsonNode info = JSON.readTree(get("127.0.0.1", forward.getLocalPort(), "/server_info", null)
                    .body());
            assertThat(info.path("node").path("id").asText())
                    .contains(sidecar().getMetadata().getName());
            JsonNode masked = JSON.readTree(
                    get("127.0.0.1", forward.getLocalPort(), "/config_dump?mask=dynamic_active_secrets", null)
                            .body());
            assertThat(masked.path("configs").findValues("dynamic_active_secrets"))
                    .hasSize(1);
            assertThat(masked.path("configs").findValues("dynamic_active_clusters"))
                    .isEmpty();
        }
    }

    private static String exec(Pod pod, String container, String... command) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch watch = east.pods()
                .resource(pod)
                .inContainer(container)
                .writingOutput(out)
                .writingError(out)
                .exec(command)) {
            watch.exitCode().get(60, TimeUnit.SECONDS);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void otherCommandsFail() throws Exception {
        assertThat(exec(sidecar(), "istio-proxy", "sh", "-c", "id")).contains("unknown command");
    }

    @Test
    void logsComeFromTheKubelet() {
        String log = east.pods()
                .resource(istiod())
                .inContainer("discovery")
                .usingTimestamps()
                .tailingLines(2)
                .getLog();

        assertThat(log.lines()).hasSize(2);
        assertThat(log).contains("Z ").contains("XDS: Pushing");
    }

    @Test
    void proxiesThatNeverAnswerShowInBothViews() throws Exception {
        served.with(List.of(fault("ProxiesStale")));

        try (LocalPortForward forward = east.pods().resource(istiod()).portForward(15014)) {
            JsonNode states = JSON.readTree(get("127.0.0.1", forward.getLocalPort(), "/debug/syncz", null)
                    .body());
            assertThat(states).anyMatch(state -> !state.path("endpoint_sent").equals(state.path("endpoint_acked")));
            String proxy = states.path(0).path("proxy").asText();
            JsonNode generated =
                    JSON.readTree(get("127.0.0.1", forward.getLocalPort(), "/debug/config_dump?proxyID=" + proxy, null)
                            .body());
            assertThat(generated.findValues("dynamicActiveClusters")).hasSize(1);
        }
    }

    @Test
    void objectsFollowFaults() {
        assertThat(remoteSecret()).isNotNull();
        String webhook = caBundle();

        served.with(faults);

        assertThat(remoteSecret()).isNull();
        assertThat(caBundle()).isNotEqualTo(webhook);
        assertThat(east.v1()
                        .events()
                        .inAnyNamespace()
                        .withLabel(ApiServer.OWN)
                        .list()
                        .getItems())
                .anyMatch(event -> event.getReason().equals("FailedCreate"));
        assertThat(envoyFilters()).hasSize(1);

        served.with(List.of());

        assertThat(remoteSecret()).isNotNull();
        assertThat(caBundle()).isEqualTo(webhook);
        assertThat(envoyFilters()).isEmpty();
    }

    private static Object remoteSecret() {
        return east.secrets()
                .inNamespace("istio-system")
                .withName("istio-remote-secret-west")
                .get();
    }

    private static String caBundle() {
        return east.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName("istio-sidecar-injector")
                .get()
                .getWebhooks()
                .get(0)
                .getClientConfig()
                .getCaBundle();
    }

    private static List<GenericKubernetesResource> envoyFilters() {
        return east.genericKubernetesResources("networking.istio.io/v1alpha3", "EnvoyFilter")
                .inNamespace("shop")
                .list()
                .getItems();
    }

    private static Fault fault(String type) {
        return faults.stream()
                .filter(fault -> fault.getClass().getSimpleName().equals(type))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void pagesFailAsTold() throws Exception {
        String name = istiod().getMetadata().getName();
        String address = istiod().getStatus().getPodIP();

        served.cluster("east").trouble(name, Trouble.TOO_MANY_REQUESTS);
        HttpResponse<String> answer = get(address, 15014, "/metrics", null);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValue("retry-after")).hasValue("1");

        served.cluster("east").trouble(name, Trouble.CUT);
        assertThatThrownBy(() -> get(address, 15014, "/metrics", null)).isInstanceOf(IOException.class);

        served.cluster("east").heal(name);
        assertThat(get(address, 15014, "/metrics", null).statusCode()).isEqualTo(200);
    }

    @Test
    void stoppedReplicaRefusesConnections() throws Exception {
        String name = istiod().getMetadata().getName();
        String address = istiod().getStatus().getPodIP();

        served.cluster("east").stop(name);
        assertThatThrownBy(() -> get(address, 15014, "/metrics", null)).isInstanceOf(ConnectException.class);

        served.cluster("east").open(name);
        assertThat(get(address, 15014, "/metrics", null).statusCode()).isEqualTo(200);
    }

    @Test
    void gatewayShakesHandsUnlessItIsClosedOrSilent() throws Exception {
        String address = east.services()
                .inNamespace("istio-system")
                .withName("istio-eastwestgateway")
                .get()
                .getStatus()
                .getLoadBalancer()
                .getIngress()
                .get(0)
                .getIp();
        assertThat(issuer(address)).contains("O=twins");

        served.cluster("east").gateway(GatewayState.CLOSED);
        assertThatThrownBy(() -> issuer(address)).isInstanceOf(ConnectException.class);

        served.cluster("east").gateway(GatewayState.SILENT);
        assertThatThrownBy(() -> issuer(address, Duration.ofSeconds(2))).isInstanceOf(SocketTimeoutException.class);

        served.cluster("east").gateway(GatewayState.OPEN);
        assertThat(issuer(address)).contains("O=twins");
    }

    /** Issuer of the certificate that a server shows. */
    private static String issuer(String address) throws Exception {
        return issuer(address, Duration.ofSeconds(30));
    }

    private static String issuer(String address, Duration patience) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustsAll()}, null);
        try (Socket raw = new Socket(address, 15443)) {
            raw.setSoTimeout((int) patience.toMillis());
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(raw, address, 15443, true);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getIssuerX500Principal()
                    .getName();
        }
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void podsOfOthersFailAtTheInjectorWithoutEndpoints() {
        Deployment others = new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("newcomer")
                .endMetadata()
                .withNewSpec()
                .withReplicas(1)
                .withNewSelector()
                .addToMatchLabels("app", "newcomer")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "newcomer")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("newcomer")
                .withImage("registry.example.com/newcomer:1")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
        east.resource(others).create();
        try {
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            east.v1().events().inNamespace("shop").list().getItems())
                    .anySatisfy(event -> {
                        assertThat(event.getReason()).isEqualTo("FailedCreate");
                        assertThat(event.getInvolvedObject().getName()).startsWith("newcomer-");
                        assertThat(event.getMessage())
                                .contains("failed calling webhook", "no endpoints available for service \"istiod\"");
                    }));
        } finally {
            east.resource(others).delete();
        }
    }

    private static HttpResponse<String> get(String host, int port, String path, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
                .timeout(Duration.ofSeconds(20));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }
}
