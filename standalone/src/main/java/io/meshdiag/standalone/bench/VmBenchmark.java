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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures the installed collector of one healthy virtual machine: a simulated machine, Kafka and a registry in this process, and the program in
 * another, which is looked at from outside.
 */
public final class VmBenchmark {
    private static final double MEBIBYTE = 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** After the first round the JVM still compiles. */
    private static final Duration WARM_UP = Duration.ofMinutes(1);

    private static final Duration SAMPLE = Duration.ofSeconds(10);
    private static final int STARTS = 5;

    /**
     * What is measured.
     *
     * @param program the start script of a distribution or of an installed package
     * @param services of the mesh, which decide the size of Envoy's configuration
     * @param quiet how long nothing changes; a refresh (ten minutes) should be in it
     */
    public record Plan(Path program, int services, Duration quiet) {
        public Plan {
            if (!Files.isExecutable(program)) {
                throw new IllegalArgumentException(program + " is no program; build it with"
                        + " \"./mvnw -pl vm -am -DskipTests package\", or name another one with --program");
            }
            if (services < 1) {
                throw new IllegalArgumentException("a mesh has at least one Service");
            }
        }
    }

    private final Plan plan;
    private final Progress progress;
    private final Consumer<Measurement> table;

    /** @param table is told each line as soon as it is known */
    public VmBenchmark(Plan plan, Progress progress, Consumer<Measurement> table) {
        this.plan = plan;
        this.progress = progress;
        this.table = table;
    }

    /** Runs it. */
    public void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("meshdiag-bench-vm-");
        progress.phase("Starting Kafka");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                RegistryServer registry = RegistryServer.start(InProcessRegistry.named("bench"));
                ServedVm vm = ServedVm.start(plan.services(), Files.createDirectory(folder.resolve("vm")))) {
            Map<String, String> environment = new HashMap<>(Map.of(
                    "MESHDIAG_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                    "MESHDIAG_SCHEMA_REGISTRY_URL", registry.url().toString(),
                    "STATE_DIRECTORY",
                            Files.createDirectory(folder.resolve("state")).toString()));
            ProcessorConfig config = ProcessorConfig.from(environment);
            new PipelineSetup(config, PATIENCE, progress::detail).topics();
            environment.putAll(vm.settings());
            table.accept(Measurement.of("Envoy's config_dump", format("%.1f MiB", vm.dumpBytes() / MEBIBYTE)));
            try (TopicWatch topics = new TopicWatch(kafka.bootstrapServers(), config.topics())) {
                starts(environment, topics, folder);
                running(environment, topics, folder);
            }
        } finally {
            Folders.delete(folder);
            progress.done();
        }
    }

    /** Several, of which the middle one counts: a start is short, and the machine has other work too. */
    private void starts(Map<String, String> environment, TopicWatch topics, Path folder)
            throws IOException, InterruptedException {
        progress.phase("Starting it");
        double[] seconds = new double[STARTS];
        double[] cpu = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            topics.expect(key -> true);
            long began = System.nanoTime();
            try (CollectorProcess collector = start(environment, folder)) {
                seconds[i] = seconds(topics.awaitExpected(PATIENCE, collector::check) - began);
                cpu[i] = collector.cpuSeconds();
            }
        }
        Arrays.sort(seconds);
        Arrays.sort(cpu);
        table.accept(Measurement.atMost("Start to first fact in Kafka, median", seconds[STARTS / 2], 2, "%.2f s"));
        table.accept(Measurement.of("  worst of " + STARTS, format("%.2f s", seconds[STARTS - 1])));
        table.accept(Measurement.of("  CPU until then, median", format("%.2f s of a core", cpu[STARTS / 2])));
    }

    private void running(Map<String, String> environment, TopicWatch topics, Path folder)
            throws IOException, InterruptedException {
        try (CollectorProcess collector = start(environment, folder)) {
            progress.phase("Warming up");
            TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
            collector.check();
            quiet(collector, topics);
            table.accept(Measurement.atMost("Resident", collector.kibibytes("VmRSS") / 1024.0, 110, "%.0f MiB"));
            table.accept(Measurement.atMost("  peak", collector.kibibytes("VmHWM") / 1024.0, 110, "%.0f MiB"));
            table.accept(Measurement.of(
                    "  of files (class path, JVM)", format("%.0f MiB", collector.kibibytes("RssFile") / 1024.0)));
            table.accept(Measurement.atMost("Heap, grown to", collector.grownHeap() / MEBIBYTE, 48, "%.0f MiB"));
            table.accept(
                    Measurement.of("  after a full collection", format("%.1f MiB", collector.liveHeap() / MEBIBYTE)));
        }
    }

    private void quiet(CollectorProcess collector, TopicWatch topics) throws IOException, InterruptedException {
        progress.phase("Nothing changes");
        double cpu = collector.cpuSeconds();
        long records = topics.records();
        long bytes = topics.storedBytes();
        long began = System.nanoTime();
        while (System.nanoTime() - began < plan.quiet().toNanos()) {
            TimeUnit.NANOSECONDS.sleep(SAMPLE.toNanos());
            collector.check();
        }
        double seconds = seconds(System.nanoTime() - began);
        double hours = seconds / 3600;
        table.accept(Measurement.atMost(
                "CPU when nothing changes", 100 * (collector.cpuSeconds() - cpu) / seconds, 0.5, "%.2f %% of a core"));
        table.accept(Measurement.of(
                "To Kafka when nothing changes",
                format("%.2f MiB an hour", (topics.storedBytes() - bytes) / MEBIBYTE / hours)));
        table.accept(Measurement.of("  facts", format("%,.0f an hour", (topics.records() - records) / hours)));
    }

    private CollectorProcess start(Map<String, String> environment, Path folder) throws IOException {
        return CollectorProcess.start(List.of(plan.program().toString()), environment, folder);
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
