package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RemoteApiUnreachableTest {
    private static final String TIMEOUT = "istiod.remote-cluster.unreachable";

    @Test
    void pointsAtTheExposureWhenNobodyGetsThereAndTheClusterIsAlive() {
        var verdicts = detect(
                cluster("east").registeredWith("west").istiodLogs(TIMEOUT, "west"),
                cluster("north").registeredWith("west").istiodLogs(TIMEOUT, "west"),
                cluster("west"));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
            assertThat(v.scopeKey()).isEqualTo("west-uid");
            assertThat(v.scope().getClusters()).containsExactly("west");
            assertThat(v.scope().getObservers()).containsExactly("east", "north");
            assertThat(v.title()).isEqualTo("The API server of cluster west is not reached from east, north");
            assertThat(v.description())
                    .startsWith(
                            "Nobody reaches it; its own collector is alive, so the cluster is up: look at how its API server is exposed");
        });
    }

    @Test
    void pointsAtTheWayWhenOthersGetThere() {
        var verdicts = detect(
                cluster("east").registeredWith("west").istiodLogs(TIMEOUT, "west"),
                cluster("north").registeredWith("west").istiodLogs("istiod-1"),
                cluster("west"));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.HIGH);
            assertThat(v.scope().getObservers()).containsExactly("east");
            assertThat(v.description())
                    .startsWith("north still reach(es) it, so it is up: the fault is on the way from east.");
        });
    }

    @Test
    void saysThatTheClusterIsDownWhenItsCollectorIsSilentToo() {
        var verdicts = detect(
                cluster("east").istiodLogs(TIMEOUT, "west"),
                cluster("north").istiodLogs(TIMEOUT, "west"),
                cluster("west").silent());

        assertThat(verdicts).singleElement().satisfies(v -> assertThat(v.description())
                .contains("the cluster is down, or cut off as a whole"));
    }

    @Test
    void showsWhichRungOfTheLadderFails() {
        var verdicts = detect(
                cluster("east").istiodLogs(TIMEOUT, "west").probedApi("west", "TIMEOUT: no answer", "DNS", "TCP"),
                cluster("north").registeredWith("west").probedApi("west", "", "DNS", "TCP", "TLS"),
                cluster("west"));

        assertThat(verdicts).singleElement().satisfies(v -> assertThat(v.evidence())
                .extracting(e -> e.getValue())
                .contains(
                        "probe from east to west.example:6443 fails at TCP: TIMEOUT: no answer",
                        "probe from north to west.example:6443 gets through: DNS, TCP, TLS"));
    }

    @Test
    void isLessSureWhereOnlyTheFirstListNeverCame() {
        var verdicts = detect(cluster("east").registered("istiod-1", RemoteSyncState.TIMEOUT, "west"), cluster("west"));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.confidence()).isEqualTo(0.7);
            assertThat(v.evidence().get(0).getValue())
                    .isEqualTo("istiod istiod-1 is registered with west and never was in sync with it (timeout)");
        });
    }

    @Test
    void leavesAnExpiredCredentialToItsOwnRule() {
        assertThat(detect(
                        cluster("east")
                                .registered("istiod-1", RemoteSyncState.TIMEOUT, "west")
                                .istiodLogs(Complaint.UNAUTHORIZED, "west"),
                        cluster("north")
                                .registered("istiod-1", RemoteSyncState.TIMEOUT, "west")
                                .remoteSecretFor("west", NOW.minusSeconds(1)),
                        cluster("west")))
                .isEmpty();
    }

    @Test
    void isSilentOfWhatIsOver() {
        assertThat(detect(
                        cluster("east").registeredWith("west").istiodLogs(TIMEOUT, "west", NOW.minus(Complaint.FRESH)),
                        cluster("west")))
                .isEmpty();
    }

    @Test
    void comparesAnArchiveWithTheTimeWhenItWasTaken() {
        TestCluster east = cluster("east").archive().istiodLogs(TIMEOUT, "west", NOW.minus(Duration.ofMinutes(61)));
        east.summary().setAsOf(NOW.minus(Duration.ofMinutes(60)));

        assertThat(detect(east, cluster("west").archive())).hasSize(1);
    }

    @Test
    void doesNotKnowWhenAllWhoFailAreSilent() {
        assertThat(detect(cluster("east").istiodLogs(TIMEOUT, "west").silent(), cluster("west")))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new RemoteApiUnreachable().detect(mesh(clusters)).toList();
    }
}
