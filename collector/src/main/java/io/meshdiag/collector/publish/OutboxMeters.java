package io.meshdiag.collector.publish;

import io.meshdiag.schema.FactKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.TimeUnit;

/** What became of facts: published = stored (facts and tombstones) + lost + pending + replaced by newer ones while they waited. */
final class OutboxMeters {
    private final MeterRegistry meters;
    private final Counter bytes;

    OutboxMeters(MeterRegistry meters, PendingLevels pending) {
        this.meters = meters;
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
        Tags tags = Tags.of("cluster_id", clusterId(level));
        if (level.tombstone()) {
            meters.counter("meshdiag.collector.tombstones.published", tags).increment();
        } else {
            meters.counter(
                            "meshdiag.collector.facts.published",
                            tags.and("kind", level.kind().segment()))
                    .increment();
        }
    }

    /** As facts say it; contexts may be called otherwise. */
    private static String clusterId(Level level) {
        String cluster = FactKey.parse(level.key()).cluster();
        int uid = cluster.lastIndexOf('@');
        return uid < 0 ? cluster : cluster.substring(0, uid);
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
