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
    void takesAWatchForDeadWhenBookmarksFailToCome() {
        health.watching();
        health.event(true);
        pass(Duration.ofMinutes(11));
        assertThat(health.dead(true)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(health.dead(true)).isTrue();
    }

    @Test
    void isMorePatientWithServersThatSendNoBookmarks() {
        health.watching();
        pass(Duration.ofMinutes(44));
        assertThat(health.dead(true)).isFalse();
        pass(Duration.ofSeconds(1));
        assertThat(health.dead(true)).isTrue();
    }

    @Test
    void isSoonDeadWhenThereIsNoWatchAndNoneIsTriedFor() {
        pass(Duration.ofSeconds(61));
        assertThat(health.dead(false)).isTrue();
    }

    @Test
    void doesNotTakeAPauseThatTheServerAskedForForSilence() {
        health.failed(new ApiFailure(SourceState.UNREACHABLE, 429, "overloaded", Duration.ofMinutes(10)));
        assertThat(health.takePause()).isEqualTo(Duration.ofMinutes(10));
        pass(Duration.ofMinutes(10));
        assertThat(health.dead(false)).isFalse();
    }

    @Test
    void waitsLongerAfterEachFailureUpToTwoMinutes() {
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
