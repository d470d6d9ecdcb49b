package io.meshdiag.standalone.cli;

import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.simulator.BenchmarkScenario;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.broker.EmbeddedKafka;
import io.meshdiag.standalone.broker.Folders;
import io.meshdiag.standalone.pipeline.Pipeline;
import io.meshdiag.standalone.pipeline.Stopwatch;
import io.meshdiag.standalone.pipeline.StoreSize;
import io.meshdiag.standalone.report.Diagnosis;
import io.meshdiag.standalone.report.FindingFilter;
import io.meshdiag.standalone.report.Incident;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag bench}. */
@Command(
        name = "bench",
        description =
                "Measure a diagnosis of a simulated fleet: time per phase, facts per second, memory, size of the processor's state.",
        footer = {
            "  meshdiag bench --clusters=20 --services=200 --proxies=1000",
            "  meshdiag bench --scenario=fleet-credential-expired"
        })
final class BenchCommand implements Runnable {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final String RUN = "bench";

    @ParentCommand
    private Meshdiag meshdiag;

    @Option(names = "--clusters", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int clusters;

    @Option(names = "--services", defaultValue = "50", description = "Per cluster. Default: ${DEFAULT-VALUE}.")
    private int services;

    @Option(names = "--proxies", defaultValue = "200", description = "Per cluster. Default: ${DEFAULT-VALUE}.")
    private int proxies;

    @Option(
            names = "--scenario",
            paramLabel = "SCENARIO",
            description = "A bundled scenario or a scenario file, in place of a healthy fleet of that size.")
    private String scenario;

    @Override
    public void run() {
        if (clusters < 1 || services < 1 || proxies < services) {
            throw new BadInputException("--clusters and --services must be at least 1, --proxies at least --services");
        }
        Stopwatch time = meshdiag.stopwatch();
        try {
            Path folder = Files.createTempDirectory("meshdiag-bench-");
            try {
                Scenario fleet =
                        scenario == null ? BenchmarkScenario.of(clusters, services, proxies) : Scenarios.find(scenario);
                time.phase("Simulating " + fleet.clusters().size() + " clusters");
                List<Path> archives = new BugReportWriter().write(fleet, folder.resolve("archives"));
                long bytes = size(folder);
                time.phase("Starting Kafka");
                try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
                    Path state = folder.resolve("state");
                    Diagnosis diagnosis = new Pipeline(kafka.bootstrapServers(), RUN, state, time)
                            .run(archives, ArchiveOptions.DEFAULT);
                    time.done();
                    print(fleet, time, diagnosis, bytes);
                    print(StoreSize.of(kafka.bootstrapServers(), RUN, state));
                }
            } finally {
                Folders.delete(folder);
            }
        } catch (ArchiveException e) {
            throw new IllegalStateException("a simulated archive cannot be read", e);
        } catch (IOException e) {
            throw new BadInputException("the benchmark needs room for temporary files: " + Problems.text(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void print(List<StoreSize> stores) {
        PrintWriter out = meshdiag.terminal().out();
        out.printf("%n%-24s %12s %16s %16s%n", "STORE", "ROWS", "CHANGELOG BYTES", "ROCKSDB BYTES");
        stores.forEach(store -> out.printf(
                Locale.ROOT, "%-24s %,12d %,16d %,16d%n", store.store(), store.rows(), store.bytes(), store.disk()));
    }

    private void print(Scenario fleet, Stopwatch time, Diagnosis diagnosis, long bytes) {
        PrintWriter out = meshdiag.terminal().out();
        if (scenario == null) {
            line(out, "Fleet", "%,d clusters, %,d services and %,d proxies each", clusters, services, proxies);
        } else {
            line(
                    out,
                    "Fleet",
                    "%s, %,d clusters",
                    fleet.name(),
                    fleet.clusters().size());
        }
        line(out, "Archives", "%,d MiB", bytes / MEBIBYTE);
        time.laps().forEach(lap -> line(out, lap.name(), "%.1f s", seconds(lap.time())));
        Duration diagnosing = time.total().minus(time.laps().get(0).time());
        line(out, "Diagnosis together", "%.1f s", seconds(diagnosing));
        line(out, "Facts", "%,d, %,.0f per second", diagnosis.facts(), diagnosis.facts() / seconds(diagnosing));
        line(
                out,
                "Findings",
                "%,d, incidents %,d, dead letters %,d",
                diagnosis.findings().size(),
                Incident.among(diagnosis.findings(), FindingFilter.ALL).size(),
                diagnosis.deadLetters());
        line(
                out,
                "Heap, peak",
                "%,d MiB of at most %,d",
                peakHeap(),
                Runtime.getRuntime().maxMemory() / MEBIBYTE);
        peakResident().ifPresent(kib -> line(out, "Process, peak", "%,d MiB resident", kib / 1024));
        line(
                out,
                "Machine",
                "%d processors, Java %s",
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"));
    }

    private static void line(PrintWriter out, String name, String format, Object... values) {
        out.printf("%-24s %s%n", name, String.format(Locale.ROOT, format, values));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }

    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        }
    }

    /** Sum of the pools' peaks in MiB: at least what was needed at any one time. */
    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .map(MemoryPoolMXBean::getPeakUsage)
                        .mapToLong(usage -> usage.getUsed())
                        .sum()
                / MEBIBYTE;
    }

    /** VmHWM of this process in KiB, where the system tells (Linux). */
    private static Optional<Long> peakResident() {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
