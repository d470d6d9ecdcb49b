package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestCluster.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.ClusterPair;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownClusterClaimedTest {
    private static final String UNKNOWN = "istiod.authn.unknown-cluster";

    @Test
    void isOneFindingPerClaimHoweverManyReplicasAndLines() {
        var verdicts = detect(cluster("east")
                .istiodLogs("istiod-1", signal(UNKNOWN, "edge", NOW, "could not get cluster edge's kube client"))
                .istiodLogs("istiod-2", signal(UNKNOWN, "edge", NOW, "could not get cluster edge's kube client")));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.scopeKey()).isEqualTo("east-uid->id:edge");
            assertThat(v.scope().getPair()).isEqualTo(new ClusterPair("east", "edge"));
            assertThat(v.title()).isEqualTo("istiods in east cannot authenticate proxies of cluster edge");
            assertThat(v.description())
                    .startsWith(
                            "24 time(s) a proxy claimed to be in edge and was refused. east knows no cluster of that id.");
        });
    }

    @Test
    void tellsAClusterThatIsKnownButDoesNotVouch() {
        var verdicts = detect(
                cluster("east").linkedTo("west").istiodLogs("istiod.authn.token-refused", "west"), cluster("west"));

        assertThat(verdicts).singleElement().satisfies(v -> assertThat(v.description())
                .contains("east knows a cluster of that id, but its API server does not vouch for these tokens."));
    }

    @Test
    void isSilentOfWhatIsOver() {
        assertThat(detect(cluster("east").istiodLogs(UNKNOWN, "edge", NOW.minus(Complaint.FRESH))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenTheClusterIsSilent() {
        assertThat(detect(cluster("east").istiodLogs(UNKNOWN, "edge").silent()))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new UnknownClusterClaimed().detect(mesh(clusters)).toList();
    }
}
