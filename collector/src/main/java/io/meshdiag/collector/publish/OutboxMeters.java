package io.meshdiag.collector.publish;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;

/** What became of facts: published = stored (facts and tombstones) + lost + pending + replaced by newer ones while they waited. */
final class OutboxMeters {
    private final MeterRegistry meters;
    private final Counter tombstones;
    private final Counter bytes;

    OutboxMeters(MeterRegistry meters, PendingLevels pending) {
        this.meters = meters;
        this.tombstones = Counter.builder("meshdiag.collector.tombstones.published")
                .description("subjects said to be gone, stored by the brokers")
                .register(meters);
        this.bytes = Counter.builder("meshdiag.collector.published")
                .baseUnit("bytes")
                .description("keys and values stored by the brokers, before compression")
                .register(meters);
        Gauge.builder("meshdiag.collector.facts.pending", pending, PendingLevels::size)
                .description("subjects whose latest level is not stored")
                .register(meters);
        Gauge.builder(
                        "meshdiag.collector.producer.lag",
                        pending,
                        p -> p.oldest().toMillis() / (double) TimeUnit.SECONDS.toMillis(1))
                .baseUnit("seconds")
                .description("how long the oldest of them waits")
                .register(meters);
    }

    /** A level was stored. */
    void stored(Level level, int size) {
        bytes.increment(size);
        if (level.tombstone()) {
            tombstones.increment();
        } else {
            meters.counter(
                            "meshdiag.collector.facts.published",
                            "kind",
                            level.kind().segment())
                    .increment();
        }
    }

    /** An attempt failed. */
    void failed(String reason) {
        meters.counter("meshdiag.collector.delivery.failures", "reason", reason).increment();
    }

    /** A level was given up, or never taken on. */
    void lost(String reason) {
        meters.counter("meshdiag.collector.facts.lost", "reason", reason).increment();
    }
}
