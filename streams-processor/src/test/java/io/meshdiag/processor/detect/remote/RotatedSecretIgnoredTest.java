package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestCluster.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.view.MeshView;
import java.util.List;
import org.junit.jupiter.api.Test;

class RotatedSecretIgnoredTest {
    @Test
    void namesTheReplicaThatIsRefusedWhileTheOtherGetsIn() {
        MeshView mesh = mesh(twoReplicas().istiodLogs("istiod-1").istiodLogs("istiod-2", refused()), cluster("west"));

        assertThat(detect(mesh)).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.scopeKey()).isEqualTo("east-uid->west-uid|istiod-2");
            assertThat(v.title()).isEqualTo("istiod istiod-2 in east is refused by west, other replicas are not");
            assertThat(v.steps().get(0).getCommand())
                    .isEqualTo("kubectl --context=east --namespace=istio-system delete pod istiod-2");
            assertThat(v.scope().getIstiod()).isEqualTo("istiod-2");
        });
        assertThat(new RemoteCredentialExpired().detect(mesh))
                .as("the credential is good")
                .isEmpty();
    }

    @Test
    void leavesItToTheCredentialWhenAllAreRefused() {
        MeshView mesh = mesh(
                twoReplicas().istiodLogs("istiod-1", refused()).istiodLogs("istiod-2", refused()), cluster("west"));

        assertThat(detect(mesh)).isEmpty();
        assertThat(new RemoteCredentialExpired().detect(mesh)).hasSize(1);
    }

    @Test
    void leavesItToTheCredentialWhenThatHasExpired() {
        MeshView mesh = mesh(
                twoReplicas()
                        .istiodLogs("istiod-1")
                        .istiodLogs("istiod-2", refused())
                        .remoteSecretFor("west", NOW.minusSeconds(1)),
                cluster("west"));

        assertThat(detect(mesh)).isEmpty();
    }

    @Test
    void doesNotTakeAReplicaWhoseLogWasNotReadForProof() {
        assertThat(detect(mesh(twoReplicas().istiodLogs("istiod-2", refused()), cluster("west"))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenTheClusterIsSilent() {
        assertThat(detect(mesh(
                        twoReplicas()
                                .istiodLogs("istiod-1")
                                .istiodLogs("istiod-2", refused())
                                .silent(),
                        cluster("west"))))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static TestCluster twoReplicas() {
        return cluster("east")
                .registered("istiod-1", RemoteSyncState.SYNCED, "west")
                .registered("istiod-2", RemoteSyncState.SYNCED, "west");
    }

    private static LogSignal refused() {
        return signal(Complaint.UNAUTHORIZED, "west", NOW, "watch error in cluster west: Unauthorized");
    }

    private static List<Verdict> detect(MeshView mesh) {
        return new RotatedSecretIgnored().detect(mesh).toList();
    }
}
