package io.meshdiag.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scenario can ask for beyond the usual: old versions, revisions, full secrets, few dumps. */
class VariantsTest {
    @TempDir
    Path folder;

    @Test
    void anOldIstiodWritesItsPagesInTheOldForm() throws IOException {
        Archives archives = archives("istioVersion: 1.17.8");
        // Then
        JsonNode proxy = archives.pages("a", "syncz").get(0).get(0);
        assertThat(proxy.has("resources")).isFalse();
        assertThat(proxy.has("proxy_type")).isFalse();
        assertThat(proxy.path("cluster_sent").asText()).matches("[a-z0-9]{11}=[0-9a-f-]{36}");
        JsonNode endpoint = archives.pages("a", "endpointShardz")
                .get(0)
                .findValue("Kubernetes/b")
                .get(0);
        assertThat(endpoint.path("Address").isTextual()).isTrue();
        assertThat(endpoint.path("HealthStatus").asInt()).isZero();
    }

    @Test
    void aRevisionHasItsOwnControlPlane() throws IOException {
        Archives archives = archives("istioVersion: 1.28.1", "revisions: [canary]");
        // Then
        assertThat(archives.files("a").keySet())
                .anySatisfy(path -> assertThat(path).startsWith("istio/istio-system/istiod-canary-"));
        assertThat(archives.objects("a", "cluster/k8s-cluster-resources", "MutatingWebhookConfiguration"))
                .singleElement()
                .satisfies(webhook -> {
                    assertThat(webhook.at("/metadata/name").asText()).isEqualTo("istio-sidecar-injector-canary");
                    assertThat(webhook.path("webhooks")).hasSize(2);
                });
        assertThat(archives.files("a").get("cluster/k8s-cluster-resources")).contains("istio.io/rev: canary");
    }

    @Test
    void fullSecretsHoldAKubeconfigPerRemoteCluster() throws IOException {
        Archives archives = archives("fullSecrets: true");
        // Then
        JsonNode remote = archives.objects("a", "cluster/secrets", "Secret").stream()
                .filter(secret -> secret.at("/metadata/name").asText().equals("istio-remote-secret-b"))
                .findFirst()
                .orElseThrow();
        String kubeconfig = new String(
                Base64.getDecoder().decode(remote.path("data").path("b").asText()), StandardCharsets.UTF_8);
        assertThat(remote.at("/metadata/labels/istio~1multiCluster").asText()).isEqualTo("true");
        assertThat(kubeconfig).contains("server: https://198.51.100.11:6443", "token: ");
    }

    @Test
    void dumpsAreBoundedPerCluster() throws IOException {
        Archives archives = archives("dumps: 3");
        // Then
        assertThat(archives.files("a").keySet().stream().filter(path -> path.contains("config_dump")))
                .hasSize(3);
    }

    private Archives archives(String line) throws IOException {
        return archives(line, "revisions: [default]");
    }

    private Archives archives(String line, String revisions) throws IOException {
        Path file = Files.writeString(folder.resolve("variant.yaml"), """
                name: variant
                mesh: m
                %s
                clusters:
                  - {id: a, %s}
                  - {id: b}
                generate: {count: 4, replicas: 3}
                """.formatted(line, revisions));
        return Archives.of(Scenario.load(file));
    }
}
