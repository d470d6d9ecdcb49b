package io.meshdiag.processor;

import static io.meshdiag.processor.TestCluster.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.processor.detect.remote.SecretChurnLeaks;
import io.meshdiag.processor.topology.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hours of an istiod's metrics, read every ten minutes: what only a course shows. */
class CourseStoryTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant BOOT = NOON.minus(Duration.ofDays(3));
    private static final Duration READ_EVERY = Duration.ofMinutes(10);

    @TempDir
    Path folder;

    private FleetDriver fleet;
    private Instant started = BOOT;
    private long reading;

    @BeforeEach
    void open() {
        fleet = new FleetDriver(
                folder.resolve("state"), new Catalogue(List.of(), List.of(), List.of(new SecretChurnLeaks())), NOON);
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void growthIsFoundAsSoonAsTheSixthHourIsOver() {
        hours(6, 100);
        assertThat(fleet.findings()).isEmpty();

        readings(1, 100);

        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(fleet.finding().getRule().getId()).isEqualTo("RMT-11");
        assertThat(fleet.finding().getEvidence().get(0).getValue()).contains("goroutines 1000 to 1500");
    }

    @Test
    void theCourseOutlivesTheProcessor() throws Exception {
        hours(4, 100);
        fleet.restart().settle();
        hours(3, 100);

        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.ACTIVE);
    }

    @Test
    void theCourseEndsWithTheProcess() {
        hours(4, 100);
        started = fleet.now();
        hours(3, 100);

        assertThat(fleet.findings()).isEmpty();
    }

    @Test
    void levelGoroutinesAreNoGrowth() {
        hours(8, 0);

        assertThat(fleet.findings()).isEmpty();
    }

    private void hours(int hours, long leak) {
        readings(6 * hours, leak);
    }

    /** In the middle of every hour a remote secret changes, after which so many goroutines stay behind. */
    private void readings(int readings, long leak) {
        for (int i = 0; i < readings; i++) {
            long garbage = (reading % 6) * 40;
            TestCluster east = cluster("east", fleet.now())
                    .istiod(started, 1000 + leak * (reading / 6) + garbage, 100 + (reading + 3) / 6);
            fleet.publish(east.facts()).publish(east.live()).settle();
            fleet.pass(READ_EVERY.minusSeconds(2));
            reading++;
        }
        fleet.publish(cluster("east", fleet.now()).live()).settle();
    }
}
