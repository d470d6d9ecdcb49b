package io.meshdiag.collector.cluster.pods;

import static io.meshdiag.collector.cluster.pods.Way.DIRECT;
import static io.meshdiag.collector.cluster.pods.Way.EXEC;
import static io.meshdiag.collector.cluster.pods.Way.PORT_FORWARD;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProvenWaysTest {
    private static final List<Way> CONFIGURED = List.of(PORT_FORWARD, DIRECT, EXEC);

    private Instant now = Instant.parse("2026-11-21T07:00:00Z");
    private final ProvenWays ways = new ProvenWays(Duration.ofMinutes(10), () -> now);

    @Test
    void atFirstTheConfiguredOrderHolds() {
        assertThat(ways.order("istiod-1", CONFIGURED)).isEqualTo(CONFIGURED);
    }

    @Test
    void whatWorkedIsTriedFirstAtThatPodOnly() {
        ways.worked("istiod-1", EXEC, CONFIGURED);

        assertThat(ways.order("istiod-1", CONFIGURED)).containsExactly(EXEC, PORT_FORWARD, DIRECT);
        assertThat(ways.order("istiod-2", CONFIGURED)).isEqualTo(CONFIGURED);
    }

    @Test
    void betterWaysAreTriedAgainAfterAWhileHoweverOftenTheOtherOneWorks() {
        ways.worked("istiod-1", EXEC, CONFIGURED);
        now = now.plus(Duration.ofMinutes(9));
        ways.worked("istiod-1", EXEC, CONFIGURED);
        now = now.plus(Duration.ofMinutes(2));

        assertThat(ways.order("istiod-1", CONFIGURED)).isEqualTo(CONFIGURED);
    }

    @Test
    void theFirstWayNeedsNoMemory() {
        ways.worked("istiod-1", EXEC, CONFIGURED);
        ways.worked("istiod-1", PORT_FORWARD, CONFIGURED);

        assertThat(ways.order("istiod-1", CONFIGURED)).isEqualTo(CONFIGURED);
    }
}
