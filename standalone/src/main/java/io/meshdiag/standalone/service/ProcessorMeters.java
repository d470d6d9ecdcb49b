package io.meshdiag.standalone.service;

import io.meshdiag.processor.PipelineCounters;
import io.meshdiag.processor.ProcessorMetrics.Hop;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The processor's counters in Prometheus' text format. */
final class ProcessorMeters implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final PipelineCounters counters;

    ProcessorMeters(PipelineCounters counters) {
        this.counters = counters;
        count("facts.read", PipelineCounters::factsRead);
        count("facts.unchanged", PipelineCounters::factsUnchanged);
        count("dead.letters", PipelineCounters::deadLetters);
        count("evaluations", PipelineCounters::evaluations);
        count("detector.failures", PipelineCounters::detectorFailures);
        count("revisions.written", PipelineCounters::revisionsWritten);
        for (Hop hop : Hop.values()) {
            hop("sent", hop, c -> c.sentOver(hop));
            hop("received", hop, c -> c.receivedFrom(hop));
        }
        Gauge.builder("meshdiag.processor.scopes.dirty", counters, PipelineCounters::dirtyScopes)
                .register(registry);
    }

    String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        registry.close();
    }

    private void count(String name, ToDoubleFunction<PipelineCounters> value) {
        FunctionCounter.builder("meshdiag.processor." + name, counters, value).register(registry);
    }

    private void hop(String direction, Hop hop, ToDoubleFunction<PipelineCounters> value) {
        FunctionCounter.builder("meshdiag.processor.hop." + direction, counters, value)
                .tag("hop", hop.name().toLowerCase(Locale.ROOT))
                .register(registry);
    }
}
