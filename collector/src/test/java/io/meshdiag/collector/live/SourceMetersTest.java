package io.meshdiag.collector.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SourceMetersTest {
    private static final Instant READ_AT = Instant.parse("2026-11-21T10:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SourceBoard board = new SourceBoard();
    private final AtomicReference<Instant> now = new AtomicReference<>(READ_AT);
    private final SourceMeters meters = new SourceMeters(registry, "east", board, now::get);

    @Test
    void theAgeOfASourceGrowsWithoutAnotherHeartbeat() {
        board.read("istiod/syncz", "istiod-1", READ_AT);
        meters.refresh();

        now.set(READ_AT.plusSeconds(42));

        assertThat(gauge("meshdiag.collector.source.age", "istiod/syncz")).isEqualTo(42);
    }

    @Test
    void aSourceThatIsReadInPartSaysSo() {
        board.read("istiod/syncz", "istiod-1", READ_AT);
        board.failed("istiod/syncz", "istiod-2", SourceState.UNREACHABLE, "connection refused");
        board.failed("kubernetes/secrets", "", SourceState.FORBIDDEN, "no right to list");
        meters.refresh();

        assertThat(gauge("meshdiag.collector.source.ok", "istiod/syncz")).isEqualTo(0.5);
        assertThat(gauge("meshdiag.collector.source.ok", "kubernetes/secrets")).isZero();
    }

    @Test
    void failuresAreCountedBySourceAndNeverByPod() {
        board.failed("proxies/config_dump", "web-1.shop", SourceState.UNREACHABLE, "gone");
        board.failed("proxies/config_dump", "web-2.shop", SourceState.UNREACHABLE, "gone");
        meters.refresh();

        assertThat(registry.get("meshdiag.collector.source.errors")
                        .tag("source", "proxies/config_dump")
                        .functionCounter()
                        .count())
                .isEqualTo(2);
        assertThat(registry.getMeters())
                .flatMap(meter -> meter.getId().getTags())
                .extracting(tag -> tag.getKey() + "=" + tag.getValue())
                .containsOnly("cluster=east", "source=proxies/config_dump");
    }

    @Test
    void aSourceThatIsNotThereAnyMoreHasNoAge() {
        board.read("cni/log", "node-1", READ_AT);
        meters.refresh();
        board.expect("cni/log", List.of());
        meters.refresh();

        assertThat(registry.find("meshdiag.collector.source.age").gauge()).isNull();
    }

    private double gauge(String name, String source) {
        return registry.get(name)
                .tag("cluster", "east")
                .tag("source", source)
                .gauge()
                .value();
    }
}
