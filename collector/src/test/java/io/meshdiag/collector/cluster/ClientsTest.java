package io.meshdiag.collector.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientsTest {
    @TempDir
    Path folder;

    private Path kubeconfig() throws IOException {
        return Files.writeString(folder.resolve("config"), """
                apiVersion: v1
                kind: Config
                current-context: east
                clusters:
                - {name: east, cluster: {server: 'https://127.0.0.1:6443'}}
                - {name: west, cluster: {server: 'https://127.0.0.1:6444'}}
                users:
                - {name: me, user: {token: hunter2}}
                contexts:
                - {name: west, context: {cluster: west, user: me}}
                - {name: east, context: {cluster: east, user: me}}
                """);
    }

    @Test
    void takesTheServerOfTheContext() throws IOException {
        try (KubernetesClient client = Clients.ofContext(kubeconfig(), "west", "1.2.3")) {
            assertThat(client.getMasterUrl()).hasToString("https://127.0.0.1:6444/");
            assertThat(client.getConfiguration().getUserAgent()).isEqualTo("meshdiag/1.2.3");
        }
    }

    @Test
    void takesTheCurrentContextWhenNoneIsNamed() throws IOException {
        try (KubernetesClient client = Clients.ofContext(kubeconfig(), null, "1.2.3")) {
            assertThat(client.getMasterUrl()).hasToString("https://127.0.0.1:6443/");
        }
    }

    @Test
    void saysWhichContextsThereAre() throws IOException {
        Path kubeconfig = kubeconfig();
        assertThatThrownBy(() -> Clients.ofContext(kubeconfig, "north", "1.2.3"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has no context 'north'; it has east, west");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThatThrownBy(() -> Clients.ofContext(folder.resolve("none"), null, "1.2.3"))
                .hasMessageContaining("cannot be read: check the path");
    }

    @Test
    void repeatsNothingOfAFileThatIsNoKubeconfig() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken"), "users: [{token: hunter2");
        assertThatThrownBy(() -> Clients.ofContext(broken, "east", "1.2.3"))
                .hasMessageContaining("is not one")
                .hasStackTraceContaining("IllegalArgumentException")
                .satisfies(e -> assertThat(e).hasNoCause());
    }
}
