package io.meshdiag.sink.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.RemoteSecret;
import io.meshdiag.schema.Topics;
import io.meshdiag.sink.document.Indices;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Config snapshots are many kinds on one topic, of which only remote secrets are charted. */
class SnapshotWritesTest {
    private static final String TOPIC = "meshdiag.config-snapshots";
    private static final String SECRET = "mesh1/west@12345678/RemoteSecret/istio-system/istio-remote-secret-east/east";
    private static final String PROFILE = "mesh1/west@12345678/ClusterProfile";

    private final WriteFactory writes = new WriteFactory(Topics.named("meshdiag."), new Indices("meshdiag-"));

    @Test
    void aRemoteSecretIsWrittenUnderItsKey() throws Exception {
        RemoteSecret secret = RemoteSecret.newBuilder()
                .setHeader(FactHeader.newBuilder()
                        .setMeshId("mesh1")
                        .setClusterId("west")
                        .setClusterUid("12345678")
                        .setObserver("collector")
                        .setObservedAt(Instant.parse("2026-11-20T08:00:00Z"))
                        .setSource("kubernetes:Secret")
                        .setContentHash("0")
                        .build())
                .setNamespace("istio-system")
                .setName("istio-remote-secret-east")
                .setClusterKey("east")
                .build();

        assertThat(writes.of(TOPIC, SECRET, secret)).isPresent();
    }

    @Test
    void itsTombstoneDeletesIt() throws Exception {
        assertThat(writes.of(TOPIC, SECRET, null)).isPresent();
    }

    @Test
    void tombstonesOfOtherKindsLeaveNoTrace() throws Exception {
        assertThat(writes.of(TOPIC, PROFILE, null)).isEmpty();
    }

    @Test
    void aKeyThatIsNoneIsRefused() {
        assertThatThrownBy(() -> writes.of(TOPIC, "nonsense", null)).isInstanceOf(UnfitRecordException.class);
    }
}
