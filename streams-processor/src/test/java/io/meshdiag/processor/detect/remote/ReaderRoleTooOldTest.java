package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static io.meshdiag.processor.detect.TestCluster.signal;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaderRoleTooOldTest {
    @Test
    void isOneFindingPerResourceForAllClustersWithTheOldRole() {
        var verdicts = detect(
                forbidden("east", "west", "serviceimports", "multicluster.x-k8s.io", NOW),
                forbidden("north", "south", "serviceimports", "multicluster.x-k8s.io", NOW));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.MEDIUM);
            assertThat(v.scopeKey()).isEqualTo("resource:serviceimports.multicluster.x-k8s.io");
            assertThat(v.scope().getClusters()).containsExactly("south", "west");
            assertThat(v.scope().getObservers()).containsExactly("east", "north");
            assertThat(v.title())
                    .isEqualTo("istiods may not list serviceimports.multicluster.x-k8s.io in 2 other cluster(s)");
        });
    }

    @Test
    void isGraverWhereEndpointsDependOnIt() {
        assertThat(detect(forbidden("east", "west", "endpointslices", "discovery.k8s.io", NOW)))
                .singleElement()
                .matches(v -> v.severity() == Severity.HIGH);
    }

    @Test
    void isSilentOfWhatIsOver() {
        assertThat(detect(forbidden("east", "west", "pods", "", NOW.minus(Complaint.FRESH))))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenAllObserversAreSilent() {
        assertThat(detect(forbidden("east", "west", "pods", "", NOW).silent()))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    @Test
    void isOneFindingForEachResourceThatOneClusterRefuses() {
        var east = cluster("east")
                .istiodLogs(
                        "istiod-1",
                        signal(Complaint.FORBIDDEN, "west serviceimports.multicluster.x-k8s.io", NOW, "forbidden"),
                        signal(Complaint.FORBIDDEN, "west gateways.gateway.networking.k8s.io", NOW, "forbidden"));

        assertThat(detect(east))
                .extracting(Verdict::scopeKey)
                .containsExactly(
                        "resource:gateways.gateway.networking.k8s.io", "resource:serviceimports.multicluster.x-k8s.io");
    }

    @Test
    void isAboutAnUnknownResourceWhereTheLineWasCut() {
        assertThat(detect(cluster("east").istiodLogs(Complaint.FORBIDDEN, "west")))
                .singleElement()
                .satisfies(
                        v -> assertThat(v.title()).isEqualTo("istiods may not list a resource in 1 other cluster(s)"));
    }

    private static TestCluster forbidden(String observer, String target, String resource, String group, Instant last) {
        String line =
                "watch error in cluster " + target + ": failed to list *v1.X: x is forbidden: User \"reader\" cannot"
                        + " list resource \"" + resource + "\" in API group \"" + group + "\" at the cluster scope";
        String subject = target + " " + resource + (group.isEmpty() ? "" : "." + group);
        return cluster(observer).istiodLogs("istiod-1", signal(Complaint.FORBIDDEN, subject, last, line));
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new ReaderRoleTooOld().detect(mesh(clusters)).toList();
    }
}
