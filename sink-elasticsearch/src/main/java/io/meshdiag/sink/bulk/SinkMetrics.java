package io.meshdiag.sink.bulk;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * What the sink counts. In a quiet moment: records read = documents done + records put aside (dead letters); tags come from small closed sets.
 */
public final class SinkMetrics {
    private final MeterRegistry registry;
    private final Timer bulk;

    public SinkMetrics(MeterRegistry registry) {
        this.registry = registry;
        bulk = Timer.builder("meshdiag.sink.bulk")
                .description("Time of one bulk request")
                .publishPercentileHistogram(false)
                .register(registry);
    }

    /** Records read from Kafka, by topic without prefix. */
    public void read(String topic) {
        registry.counter("meshdiag.sink.records", "topic", topic).increment();
    }

    /** A record was put aside, for a reason of {@link io.meshdiag.finding.DeadLetterReason}. */
    public void putAside(String reason) {
        registry.counter("meshdiag.sink.refused", "reason", reason).increment();
    }

    void done() {
        registry.counter("meshdiag.sink.documents").increment();
    }

    /** An item is sent again; the reason is the store's error type. */
    void again(String reason) {
        registry.counter("meshdiag.sink.retries", "reason", reason).increment();
    }

    void request(long nanos) {
        bulk.record(Duration.ofNanos(nanos));
    }

    /** A level that is asked for when somebody looks. */
    public <T> void gauge(String name, T owner, ToDoubleFunction<T> value) {
        registry.gauge("meshdiag.sink." + name, owner, value);
    }
}
