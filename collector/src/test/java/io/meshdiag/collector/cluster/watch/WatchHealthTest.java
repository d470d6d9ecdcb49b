package io.meshdiag.collector.cluster.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.fact.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WatchHealthTest {
    private static final WatchedKind PODS = new WatchedKind("", "pods", "kubernetes/pods", null, null, null);

    private final AtomicLong nanos = new AtomicLong();
    private final WatchHealth health = new WatchHealth(
            PODS, WatchSettings.DEFAULT, new SourceBoard(), InstantSource.fixed(Instant.EPOCH), nanos::get);

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void takes_a_watch_for_dead_when_bookmarks_fail_to_come() {
        health.watching();
        health.event(true);
        pass(Duration.ofMinutes(4));
        assertThat(health.dead(true)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(health.dead(true)).isTrue();
    }

    @Test
    void is_more_patient_with_servers_that_send_no_bookmarks() {
        health.watching();
        pass(Duration.ofMinutes(16));
        assertThat(health.dead(true)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(health.dead(true)).isTrue();
    }

    @Test
    void is_soon_dead_when_there_is_no_watch_and_none_is_tried_for() {
        pass(Duration.ofSeconds(61));
        assertThat(health.dead(false)).isTrue();
    }

    @Test
    void does_not_take_a_pause_that_the_server_asked_for_for_silence() {
        health.failed(new ApiFailure(SourceState.UNREACHABLE, 429, "overloaded", Duration.ofMinutes(10)));
        assertThat(health.takePause()).isEqualTo(Duration.ofMinutes(10));
        pass(Duration.ofMinutes(10));
        assertThat(health.dead(false)).isFalse();
    }

    @Test
    void waits_longer_after_each_failure_up_to_two_minutes() {
        ApiFailure failure = new ApiFailure(SourceState.UNREACHABLE, 500, "broken", Duration.ZERO);
        health.failed(failure);
        assertThat(health.takePause()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
        for (int i = 0; i < 40; i++) {
            health.failed(failure);
        }
        assertThat(health.takePause()).isBetween(Duration.ofMinutes(1), Duration.ofMinutes(2));
        assertThat(health.takePause()).isZero();
    }
}
