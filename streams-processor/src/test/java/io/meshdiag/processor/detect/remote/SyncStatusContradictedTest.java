package io.meshdiag.processor.detect.remote;

import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.FleetFixtures.mesh;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.TestCluster;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyncStatusContradictedTest {
    @Test
    void isOneFindingPerVersionOfIstiod() {
        var verdicts = detect(
                cluster("east").registeredWith("west").syncMetric("istiod-1", "1.29.1", "west/timeout"),
                cluster("west").registeredWith("east").syncMetric("istiod-1", "1.29.1", "east/timeout"));

        assertThat(verdicts).singleElement().satisfies(v -> {
            assertThat(v.severity()).isEqualTo(Severity.LOW);
            assertThat(v.scopeKey()).isEqualTo("version:1.29.1");
            assertThat(v.scope().getClusters()).containsExactly("east", "west");
            assertThat(v.title()).isEqualTo("2 istiod(s) of version 1.29.1 contradict themselves on remote clusters");
            assertThat(v.description()).contains("istio/istio#60082");
            assertThat(v.evidence())
                    .extracting(e -> e.getValue())
                    .startsWith("metric: west is timeout", "page: west is synced");
        });
    }

    @Test
    void isSilentWhereBothAgree() {
        assertThat(detect(cluster("east")
                        .registered("istiod-1", RemoteSyncState.TIMEOUT, "west")
                        .syncMetric("istiod-1", "1.30.0", "west/timeout")))
                .isEmpty();
    }

    @Test
    void isSilentWhereTheVersionHasNoSuchMetric() {
        assertThat(detect(cluster("east").registeredWith("west").syncMetric("istiod-1", "1.28.1")))
                .isEmpty();
    }

    @Test
    void doesNotCompareDifferentReplicas() {
        assertThat(detect(cluster("east").registeredWith("west").syncMetric("istiod-2", "1.29.1", "west/timeout")))
                .isEmpty();
    }

    @Test
    void doesNotKnowWhenAllAreSilent() {
        assertThat(detect(cluster("east")
                        .registeredWith("west")
                        .syncMetric("istiod-1", "1.29.1", "west/timeout")
                        .silent()))
                .singleElement()
                .matches(v -> v.state() == Verdict.State.UNKNOWN);
    }

    private static List<Verdict> detect(TestCluster... clusters) {
        return new SyncStatusContradicted().detect(mesh(clusters)).toList();
    }
}
