package io.meshdiag.collector.live;

import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** The coverage of one cluster's sources as meters: how old each is, whether it is read, and how often it failed. */
public final class SourceMeters {
    private final MeterRegistry registry;
    private final Tags cluster;
    private final SourceBoard board;
    private final InstantSource clock;
    private final MultiGauge age;
    private final MultiGauge ok;

    /** @param cluster as the meters call it */
    public SourceMeters(MeterRegistry registry, String cluster, SourceBoard board, InstantSource clock) {
        this.registry = registry;
        this.cluster = Tags.of("cluster", cluster);
        this.board = board;
        this.clock = clock;
        this.age = MultiGauge.builder("meshdiag.collector.source.age")
                .description("Since the source was last read; absent until it was")
                .baseUnit("seconds")
                .register(registry);
        this.ok = MultiGauge.builder("meshdiag.collector.source.ok")
                .description("1 when all of the source was read at the last try, 0.5 when a part was")
                .register(registry);
    }

    /** Takes over which sources there are, and when they were read; to be called with every heartbeat. Ages go on by themselves in between. */
    public void refresh() {
        List<SourceCoverage> sources = board.coverage();
        age.register(
                sources.stream()
                        .filter(s -> s.getFreshAt() != null)
                        .map(s -> MultiGauge.Row.of(tags(s.getSource()), s.getFreshAt(), this::secondsSince))
                        .toList(),
                true);
        ok.register(
                sources.stream()
                        .filter(s -> s.getState() != SourceState.DISABLED)
                        .map(s -> MultiGauge.Row.of(tags(s.getSource()), value(s.getState())))
                        .toList(),
                true);
        sources.forEach(
                s -> FunctionCounter.builder("meshdiag.collector.source.errors", board, b -> b.failures(s.getSource()))
                        .description("Parts of the source that could not be read")
                        .tags(tags(s.getSource()))
                        .register(registry));
    }

    private Tags tags(String source) {
        return cluster.and("source", source);
    }

    private double secondsSince(Instant at) {
        return Duration.between(at, clock.instant()).toMillis() / 1000.0;
    }

    private static double value(SourceState state) {
        return switch (state) {
            case OK -> 1;
            case PARTIAL -> 0.5;
            default -> 0;
        };
    }
}
