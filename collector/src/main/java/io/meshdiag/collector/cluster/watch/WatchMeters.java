package io.meshdiag.collector.cluster.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What watches count, by cluster and resource. */
final class WatchMeters {
    private final MeterRegistry registry;
    private final String cluster;

    WatchMeters(MeterRegistry registry, String cluster) {
        this.registry = registry;
        this.cluster = cluster;
    }

    /** An object was created or changed, or was listed for the first time. */
    void seen(WatchedKind kind) {
        counter("meshdiag.collector.watch.objects", "Objects that watches told", kind)
                .increment();
    }

    /** A watch was found dead and built anew. */
    void rebuilt(WatchedKind kind) {
        counter("meshdiag.collector.watch.rebuilds", "Watches found dead and built anew", kind)
                .increment();
    }

    /** A list or a watch failed. */
    void failed(WatchedKind kind) {
        counter("meshdiag.collector.watch.failures", "Lists and watches that failed", kind)
                .increment();
    }

    private Counter counter(String name, String description, WatchedKind kind) {
        return Counter.builder(name)
                .description(description)
                .tag("cluster", cluster)
                .tag("resource", kind.group().isEmpty() ? kind.plural() : kind.plural() + "." + kind.group())
                .register(registry);
    }
}
