package io.meshdiag.sink.document;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.fact.CredentialKind;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.RemoteSecret;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RemoteSecretDocumentTest {
    @Test
    void aRemoteSecretSaysWhoHasAccessToWhomAndUntilWhen() {
        RemoteSecret secret = secret().setCredentialExpiresAt(Instant.parse("2027-01-01T00:00:00Z"))
                .build();

        JsonNode document = FactDocument.of(secret).orElseThrow().json();

        assertThat(document.at("/event/dataset").asText()).isEqualTo("meshdiag.config-snapshots");
        assertThat(document.at("/orchestrator/cluster/name").asText()).isEqualTo("west");
        assertThat(document.at("/meshdiag/remote_secret/to").asText()).isEqualTo("east");
        assertThat(document.at("/meshdiag/remote_secret/credential").asText()).isEqualTo("token");
        assertThat(document.at("/meshdiag/remote_secret/expires_at").asText()).isEqualTo("2027-01-01T00:00:00Z");
    }

    @Test
    void aCredentialWithoutAnEndHasNoExpiry() {
        JsonNode document = FactDocument.of(secret().build()).orElseThrow().json();

        assertThat(document.path("meshdiag").path("remote_secret").has("expires_at"))
                .isFalse();
    }

    private static RemoteSecret.Builder secret() {
        return RemoteSecret.newBuilder()
                .setHeader(FactHeader.newBuilder()
                        .setMeshId("mesh1")
                        .setClusterId("west")
                        .setClusterUid("west-uid")
                        .setObserver("collector")
                        .setObservedAt(Instant.parse("2026-11-20T08:00:00Z"))
                        .setSource("kubernetes:Secret")
                        .setContentHash("0")
                        .build())
                .setNamespace("istio-system")
                .setName("istio-remote-secret-east")
                .setClusterKey("east")
                .setCredentialKind(CredentialKind.TOKEN);
    }
}
