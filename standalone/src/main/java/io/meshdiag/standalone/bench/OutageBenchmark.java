package io.meshdiag.standalone.bench;

import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.standalone.broker.EmbeddedKafka;
import io.meshdiag.standalone.broker.Folders;
import io.meshdiag.standalone.pipeline.Progress;
import io.meshdiag.standalone.service.PipelineSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures what an outage of Kafka costs a collector whose cluster goes on changing: Kafka and a registry in this JVM, and in another, as in its pod, the
 * collector's own service, book and outbox with a {@link ChangingCluster} in place of a cluster.
 */
public final class OutageBenchmark {
    private static final double MEBIBYTE = 1024 * 1024;
    private static final Duration SETUP = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SAMPLE = Duration.ofSeconds(5);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final String HEAP = "jvm_memory_used_bytes{area=\"heap\"";
    private static final String PENDING = "meshdiag_collector_facts_pending";

    /**
     * What is measured.
     *
     * @param proxies of the cluster, each with one subject
     * @param services of the cluster, each with two
     * @param changesPerSecond in steady state
     * @param steady how long it runs before the outage
     * @param outage how long the broker is away
     */
    public record Plan(int proxies, int services, int changesPerSecond, Duration steady, Duration outage) {
        public Plan {
            if (proxies < 1 || services < 1 || changesPerSecond < 1) {
                throw new IllegalArgumentException(
                        "an outage needs a proxy, a Service and a change per second, at least");
            }
            if (outage.isZero() || outage.isNegative()) {
                throw new IllegalArgumentException("--outage must take some time, such as PT1M");
            }
        }

        ChangingLevels levels() {
            return new ChangingLevels(proxies, services);
        }
    }

    private final Plan plan;
    private final Progress progress;
    private final Consumer<Measurement> table;

    /** @param table is told each line as soon as it is known */
    public OutageBenchmark(Plan plan, Progress progress, Consumer<Measurement> table) {
        this.plan = plan;
        this.progress = progress;
        this.table = table;
    }

    /**
     * Runs it.
     *
     * @throws IllegalStateException when the collector ends, or what it tells does not get to be the truth again
     */
    public void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("meshdiag-bench-outage-");
        progress.phase("Starting Kafka");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                RegistryServer registry = RegistryServer.start(InProcessRegistry.named("bench"))) {
            Map<String, String> environment = new HashMap<>(CollectorJvm.ENVIRONMENT);
            environment.put("MESHDIAG_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
            environment.put("MESHDIAG_SCHEMA_REGISTRY_URL", registry.url().toString());
            ProcessorConfig config = ProcessorConfig.from(environment);
            new PipelineSetup(config, SETUP, progress::detail).topics();
            try (TopicLevels topics = new TopicLevels(
                            kafka.bootstrapServers(), registry.url().toString(), config.topics());
                    CollectorProcess collector = CollectorProcess.start(command(), environment, folder)) {
                steady(collector);
                outage(kafka, collector);
                recovery(kafka, collector, topics);
            }
        } finally {
            Folders.delete(folder);
            progress.done();
        }
    }

    private List<String> command() {
        List<String> options = new ArrayList<>(List.of(CollectorJvm.MEMORY_LIMIT));
        options.addAll(CollectorJvm.OPTIONS);
        return CollectorProcess.java(
                options,
                ChangingCluster.class.getName(),
                List.of(
                        Integer.toString(plan.proxies()),
                        Integer.toString(plan.services()),
                        Integer.toString(plan.changesPerSecond())));
    }

    private void steady(CollectorProcess collector) throws IOException, InterruptedException {
        progress.phase("Steady state");
        await("the first facts", collector, () -> metric(collector, ChangingCluster.CHANGES) > 0);
        sleep(plan.steady());
        await(
                "Kafka to have all but the last changes",
                collector,
                () -> metric(collector, PENDING) < 10 * plan.changesPerSecond());
        memory("Before", collector);
    }

    private void outage(EmbeddedKafka kafka, CollectorProcess collector) throws IOException, InterruptedException {
        progress.phase("Kafka is away");
        double changes = metric(collector, ChangingCluster.CHANGES);
        double cpu = collector.cpuSeconds();
        kafka.pause();
        long began = System.nanoTime();
        double heap = 0;
        double resident = 0;
        double pending = 0;
        // In an outage in which nothing waits there is nothing to see.
        while (System.nanoTime() - began < plan.outage().toNanos() || pending == 0) {
            sleep(SAMPLE);
            collector.check();
            heap = Math.max(heap, metric(collector, HEAP));
            resident = Math.max(resident, collector.kibibytes("VmRSS") / 1024.0);
            pending = Math.max(pending, metric(collector, PENDING));
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        table.accept(Measurement.of("Kafka was away", format("%.0f s", seconds)));
        table.accept(Measurement.of(
                "  changes meanwhile", format("%,.0f", metric(collector, ChangingCluster.CHANGES) - changes)));
        table.accept(
                Measurement.of("  CPU", format("%.1f %% of a core", 100 * (collector.cpuSeconds() - cpu) / seconds)));
        table.accept(Measurement.of(
                "  subjects that waited, at most",
                format("%,.0f of %,d", pending, plan.levels().size())));
        table.accept(Measurement.of("  heap, largest seen", format("%.0f MiB", heap / MEBIBYTE)));
        table.accept(Measurement.of("  resident, largest seen", format("%.0f MiB", resident)));
        memory("In the end of it", collector);
    }

    private void recovery(EmbeddedKafka kafka, CollectorProcess collector, TopicLevels topics)
            throws IOException, InterruptedException {
        progress.phase("Kafka is back");
        // From here on the truth stands still, so that it can be compared.
        collector.endInput();
        await("the changes to end", collector, () -> metric(collector, ChangingCluster.CHANGING) == 0);
        long changes = (long) metric(collector, ChangingCluster.CHANGES);
        Map<String, String> truth = TopicLevels.truth(plan.levels(), changes);
        table.accept(Measurement.of(
                "Subjects that readers know wrongly", format("%,d of %,d", topics.wrong(truth), truth.size())));
        kafka.resume();
        long back = System.nanoTime();
        await("Kafka to have the truth again", collector, () -> topics.wrong(truth) == 0);
        table.accept(Measurement.of("  none, after", format("%.1f s", (System.nanoTime() - back) / 1e9)));
        await("nothing to wait for Kafka", collector, () -> metric(collector, PENDING) == 0);
        memory("After", collector);
        table.accept(Measurement.atMost("Resident, peak", collector.kibibytes("VmHWM") / 1024.0, 256, "%.0f MiB"));
    }

    private void memory(String when, CollectorProcess collector) throws IOException, InterruptedException {
        double resident = collector.kibibytes("VmRSS") / 1024.0;
        table.accept(Measurement.of(
                when,
                format(
                        "heap %.1f MiB after a full collection, resident %.0f MiB",
                        collector.liveHeap() / MEBIBYTE, resident)));
    }

    /** What is waited for, looked at again and again. */
    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(String what, CollectorProcess collector, Condition condition)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            collector.check();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited " + PATIENCE.toMinutes() + " minutes for " + what);
            }
            sleep(LOOK);
        }
    }

    /** 0 while it does not answer yet. */
    private static double metric(CollectorProcess collector, String prefix) throws InterruptedException {
        try {
            return collector.metric(prefix);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void sleep(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
