package io.meshdiag.collector.cluster.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.internal.WebSocketMessage;
import io.meshdiag.collector.extract.kubernetes.Pod;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What goes through the API server, in the frames that a kubelet sends: first a byte that names the channel. That pages come over a port-forward is shown
 * on a real API server (PodWaysKubeIT): the mock server answers what it was not told to expect, as an HTTP request of ours, with a close frame that
 * no client may accept.
 */
@Timeout(60)
@EnableKubernetesMockClient
class ApiServerWaysTest {
    private static final Pod ISTIOD = Pods.istiod("istiod-1", null);
    private static final Pod WEB = Pods.workload("web-1", null);
    private static final String FORWARD = "/api/v1/namespaces/istio-system/pods/istiod-1/portforward?ports=15014";

    private KubernetesMockServer server;
    private KubernetesClient client;

    private ClusterPodAccess access(Way... ways) {
        client.getConfiguration().setRequestRetryBackoffLimit(0);
        return new ClusterPodAccess(
                client,
                new AccessSettings(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(60),
                        1_000_000,
                        1_000_000,
                        20,
                        Duration.ofMinutes(1),
                        Map.of(PodRole.ISTIOD, List.of(ways), PodRole.PROXY, List.of(ways)),
                        null),
                InstantSource.system());
    }

    private static WebSocketMessage frame(int channel, String text) {
        byte[] bytes = ("\0" + text).getBytes(StandardCharsets.ISO_8859_1);
        bytes[0] = (byte) channel;
        return new WebSocketMessage(0L, bytes, true);
    }

    private static String text(InputStream page) throws IOException {
        try (page) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPortWhereNothingListensIsUnreachable() {
        server.expect()
                .get()
                .withPath(FORWARD)
                .andUpgradeToWebSocket()
                .open(frame(0, "\u00a6:"), frame(1, "\u00a6:"), frame(1, "connect to 10.0.0.7:15014: refused"))
                .done()
                .once();

        PageException refusal = catchThrowableOfType(PageException.class, () -> access(Way.PORT_FORWARD)
                .get(ISTIOD, 15014, "/debug/syncz")
                .close());

        assertThat(refusal.state()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(refusal.getMessage()).contains("nothing listens there").doesNotContain("10.0.0.7");
    }

    @Test
    void aForbiddenPortForwardSaysWhatToGrant() {
        server.expect().get().withPath(FORWARD).andReturn(403, "{}").always();

        PageException refusal = catchThrowableOfType(PageException.class, () -> access(Way.PORT_FORWARD)
                .get(ISTIOD, 15014, "/debug/syncz")
                .close());

        assertThat(refusal.state()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(refusal).hasMessageContaining("grant get and create on pods/portforward in namespace istio-system");
    }

    @Test
    void aRightThatIsLackingDoesNotHideThatIstiodIsDown() {
        server.expect().get().withPath(FORWARD).andReturn(403, "{}").always();

        PageException refusal = catchThrowableOfType(PageException.class, () -> access(Way.PORT_FORWARD, Way.DIRECT)
                .get(Pods.istiod("istiod-1", "127.83.4.98"), 15014, "/metrics")
                .close());

        assertThat(refusal.state()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(refusal)
                .hasMessageStartingWith("direct: connection refused")
                .hasMessageContaining("pods/portforward");
    }

    @Test
    void aPageComesFromTheAgentInsideThePod() throws Exception {
        podExists();
        exec(frame(1, "{\"configs\":"), frame(1, "[]}"), frame(3, "{\"status\":\"Success\"}"));

        assertThat(text(access(Way.EXEC).get(WEB, 15000, "/config_dump?mask=dynamic_active_secrets")))
                .isEqualTo("{\"configs\":[]}");
    }

    @Test
    void aCommandThatFailsMidwayIsNotAWholePage() throws Exception {
        podExists();
        exec(frame(1, "{\"configs\":"), frame(3, """
                {"status":"Failure","reason":"NonZeroExitCode",
                 "details":{"causes":[{"reason":"ExitCode","message":"137"}]}}"""));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> text(access(Way.EXEC).get(WEB, 15000, "/config_dump?mask=dynamic_active_secrets")));
    }

    @Test
    void aCommandThatIsAnswered404HasNoPage() {
        podExists();
        exec(frame(2, "Error: received unsuccessful status code 404: nothing here"), frame(3, """
                {"status":"Failure","reason":"NonZeroExitCode",
                 "details":{"causes":[{"reason":"ExitCode","message":"1"}]}}"""));

        assertThatThrownBy(() -> access(Way.EXEC).get(WEB, 15000, "/config_dump?mask=dynamic_active_secrets"))
                .isInstanceOfSatisfying(
                        PageException.class, e -> assertThat(e.state()).isEqualTo(SourceState.MISSING));
    }

    /** As istiod's and the agent's command say it: first logged to standard output, then on standard error. */
    @Test
    void aCommandThatReachesNothingHasNoPage() {
        podExists();
        exec(
                frame(1, "2026-11-21T07:00:00.000001Z\terror\tGet \"http://127.0.0.1:15000/x\": connection refused\n"),
                frame(2, "Error: Get \"http://127.0.0.1:15000/x\": connection refused\n"),
                frame(3, """
                {"status":"Failure","reason":"NonZeroExitCode",
                 "details":{"causes":[{"reason":"ExitCode","message":"255"}]}}"""));

        assertThatThrownBy(() -> access(Way.EXEC).get(WEB, 15000, "/config_dump?mask=dynamic_active_secrets"))
                .isInstanceOfSatisfying(
                        PageException.class, e -> assertThat(e.state()).isEqualTo(SourceState.UNREACHABLE))
                .hasMessageContaining("nothing listens there");
    }

    @Test
    void aCommandThatPrintsA404LikeAPageHasNoPage() {
        podExists();
        exec(frame(1, "404 page not found\n\n"), frame(3, "{\"status\":\"Success\"}"));

        assertThatThrownBy(() -> access(Way.EXEC).get(WEB, 15000, "/config_dump?mask=dynamic_active_secrets"))
                .isInstanceOfSatisfying(
                        PageException.class, e -> assertThat(e.state()).isEqualTo(SourceState.MISSING));
    }

    @Test
    void onlyIstiosOwnRequestsAreRun() {
        assertThatThrownBy(() -> access(Way.EXEC).exec(WEB, "istio-proxy", "sh", "-c", "id", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        access(Way.EXEC).exec(WEB, "istio-proxy", "pilot-agent", "request", "POST", "config_dump"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        access(Way.EXEC).exec(WEB, "istio-proxy", "pilot-agent", "request", "GET", "quitquitquit"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theEndOfALogComesWithTimestampsAndWithinItsLimit() throws Exception {
        server.expect()
                .get()
                .withPath("/api/v1/namespaces/shop/pods/web-1/log?container=istio-proxy&timestamps=true"
                        + "&sinceSeconds=600&tailLines=1&limitBytes=20")
                .andReturn(200, "2026-11-21T07:00:00Z warn and more than twenty bytes")
                .once();

        assertThat(text(access(Way.EXEC).log(WEB, "istio-proxy", Duration.ofMinutes(10), 1)))
                .isEqualTo("2026-11-21T07:00:00Z");
    }

    @Test
    void ofALogThatIsTooLongTheNewestLinesAreAskedFor() throws Exception {
        log(50, "1 old\n2 old\n3 old\n4 old\n");
        log(2, "8 new\n9 new\n");

        assertThat(text(access(Way.EXEC).log(WEB, "istio-proxy", Duration.ofMinutes(10), 50)))
                .isEqualTo("8 new\n9 new\n");
    }

    private void log(int lines, String text) {
        server.expect()
                .get()
                .withPath("/api/v1/namespaces/shop/pods/web-1/log?container=istio-proxy&timestamps=true"
                        + "&sinceSeconds=600&tailLines=" + lines + "&limitBytes=20")
                .andReturn(200, text)
                .once();
    }

    @Test
    void aForbiddenLogSaysWhatToGrant() {
        assertThatThrownBy(() -> {
                    server.expect()
                            .get()
                            .withPath("/api/v1/namespaces/shop/pods/web-1/log?container=istio-proxy&timestamps=true"
                                    + "&sinceSeconds=600&tailLines=50&limitBytes=20")
                            .andReturn(403, "{}")
                            .always();
                    access(Way.EXEC).log(WEB, "istio-proxy", Duration.ofMinutes(10), 50);
                })
                .isInstanceOfSatisfying(
                        PageException.class, e -> assertThat(e.state()).isEqualTo(SourceState.FORBIDDEN))
                .hasMessageContaining("pods/log");
    }

    private void exec(WebSocketMessage... frames) {
        server.expect()
                .get()
                .withPath(
                        "/api/v1/namespaces/shop/pods/web-1/exec?command=pilot-agent&command=request&command=GET"
                                + "&command=config_dump%3Fmask%3Ddynamic_active_secrets&container=istio-proxy&stdout=true&stderr=true")
                .andUpgradeToWebSocket()
                .open((Object[]) frames)
                .done()
                .once();
    }

    /** fabric8 looks for the container before it runs a command in it. */
    private void podExists() {
        var web = new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web-1")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("istio-proxy")
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
        server.expect()
                .get()
                .withPath("/api/v1/namespaces/shop/pods?fieldSelector=metadata.name%3Dweb-1&resourceVersion=0")
                .andReturn(200, new PodListBuilder().addToItems(web).build())
                .always();
        server.expect()
                .get()
                .withPath("/api/v1/namespaces/shop/pods/web-1")
                .andReturn(200, web)
                .always();
    }
}
