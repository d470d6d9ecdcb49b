package io.meshdiag.processor.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.CollectorMode;
import io.meshdiag.state.ClusterSummary;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ViewTimeTest {
    private static final Instant SEEN = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant NOW = SEEN.plusSeconds(600);

    @Test
    void theClockMovesWatchedClustersOn() {
        assertThat(ViewTime.of(List.of(cluster(CollectorMode.CLUSTER, false)), SEEN, NOW))
                .isEqualTo(new ViewTime(NOW, true));
    }

    @Test
    void aSilentClusterDoesNotStopTheClockOfTheOthers() {
        List<ClusterSummary> oneSilent =
                List.of(cluster(CollectorMode.CLUSTER, false), cluster(CollectorMode.CLUSTER, true));

        assertThat(ViewTime.of(oneSilent, SEEN, NOW)).isEqualTo(new ViewTime(NOW, true));
    }

    @Test
    void anArchiveIsJudgedAtItsOwnTime() {
        List<ClusterSummary> mixed =
                List.of(cluster(CollectorMode.CLUSTER, false), cluster(CollectorMode.ARCHIVE, false));

        assertThat(ViewTime.of(mixed, SEEN, NOW)).isEqualTo(new ViewTime(SEEN, false));
    }

    private static ClusterSummary cluster(CollectorMode mode, boolean silent) {
        return ClusterSummary.newBuilder()
                .setMeshId("mesh1")
                .setClusterId("east")
                .setClusterUid("uid")
                .setAsOf(SEEN)
                .setComplete(true)
                .setSilent(silent)
                .setMode(mode)
                .build();
    }
}
