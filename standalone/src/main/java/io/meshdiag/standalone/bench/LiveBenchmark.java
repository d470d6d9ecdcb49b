package io.meshdiag.standalone.bench;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.schema.FactKind;
import io.meshdiag.simulator.BenchmarkScenario;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.serve.ServedFleet;
import io.meshdiag.standalone.broker.EmbeddedKafka;
import io.meshdiag.standalone.broker.Folders;
import io.meshdiag.standalone.pipeline.Progress;
import io.meshdiag.standalone.service.PipelineSetup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures one collector of one large, healthy cluster: a simulated fleet behind a real API server, Kafka and a registry in this JVM, and the
 * collector in another, which is looked at from outside.
 */
public final class LiveBenchmark {
    private static final double MEBIBYTE = 1024 * 1024;
    private static final Duration SETUP = Duration.ofMinutes(1);
    private static final Duration FIRST_ROUND = Duration.ofMinutes(5);
    /** After the first round the JVM still compiles, and first proxies are read. */
    private static final Duration WARM_UP = Duration.ofMinutes(1);

    private static final Duration SAMPLE = Duration.ofSeconds(15);
    private static final Duration CHANGE = Duration.ofMinutes(1);
    private static final int CHANGES = 20;

    /**
     * What is measured.
     *
     * @param services of the cluster
     * @param pods with proxies and without
     * @param proxies pods that have one
     * @param quiet how long nothing changes; a refresh (ten minutes) should be in it
     * @param jvmOptions of the collector, behind those of its pod; they win
     */
    public record Plan(int services, int pods, int proxies, Duration quiet, List<String> jvmOptions) {
        public Plan {
            if (services < 2 || proxies < services / 2 || pods - proxies < services / 2) {
                throw new IllegalArgumentException(
                        "a benchmark needs two Services, a proxy for every other one, and as many pods without a proxy");
            }
        }

        Scenario scenario() {
            return BenchmarkScenario.of(1, services, proxies, pods - proxies, Instant.now());
        }
    }

    private final Plan plan;
    private final KubernetesClient client;
    private final List<String> arguments;
    private final Progress progress;
    private final Consumer<Measurement> table;

    /**
     * Measures nothing yet.
     *
     * @param client with all rights on a cluster that is made for tests
     * @param arguments that let the collector find the same cluster
     * @param table is told each line as soon as it is known
     */
    public LiveBenchmark(
            Plan plan,
            KubernetesClient client,
            List<String> arguments,
            Progress progress,
            Consumer<Measurement> table) {
        this.plan = plan;
        this.client = client;
        this.arguments = arguments;
        this.progress = progress;
        this.table = table;
    }

    /** Runs it; leaves nothing behind in the cluster. */
    public void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("meshdiag-bench-");
        progress.phase("Starting Kafka");
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                RegistryServer registry = RegistryServer.start(InProcessRegistry.named("bench"))) {
            Map<String, String> destination = Map.of(
                    "MESHDIAG_BOOTSTRAP_SERVERS", kafka.bootstrapServers(),
                    "MESHDIAG_SCHEMA_REGISTRY_URL", registry.url().toString());
            ProcessorConfig config = ProcessorConfig.from(destination);
            new PipelineSetup(config, SETUP, progress::detail).topics();
            progress.phase("Writing the cluster's objects");
            Scenario scenario = plan.scenario();
            String cluster = scenario.clusters().get(0).id();
            try (ServedFleet fleet = ServedFleet.start(scenario, Map.of(cluster, client));
                    TopicWatch topics = new TopicWatch(kafka.bootstrapServers(), config.topics())) {
                progress.detail(fleet.scenario().story() + ", " + destination);
                measure(destination, topics, folder);
                progress.phase("Deleting the cluster's objects");
            }
        } finally {
            Folders.delete(folder);
            progress.done();
        }
    }

    private void measure(Map<String, String> destination, TopicWatch topics, Path folder)
            throws IOException, InterruptedException {
        progress.phase("First round");
        List<String> options = new ArrayList<>(List.of(CollectorJvm.MEMORY_LIMIT));
        options.addAll(CollectorJvm.OPTIONS);
        options.addAll(plan.jvmOptions());
        Map<String, String> environment = new HashMap<>(CollectorJvm.ENVIRONMENT);
        environment.putAll(destination);
        topics.expect(key -> key.kind() == FactKind.HEARTBEAT);
        long began = System.nanoTime();
        List<String> words = new ArrayList<>(List.of("collect", "cluster"));
        words.addAll(arguments);
        List<String> command = CollectorProcess.meshdiag(options, words);
        try (CollectorProcess collector = CollectorProcess.start(command, environment, folder)) {
            long heartbeat = topics.awaitExpected(FIRST_ROUND, collector::check);
            table.accept(Measurement.atMost("First full round", seconds(heartbeat - began), 30, "%.1f s"));
            table.accept(Measurement.of("  CPU until then", format("%.1f s of a core", collector.cpuSeconds())));
            table.accept(Measurement.of("  facts until then", format("%,d", topics.records())));
            table.accept(Measurement.of("  stored by Kafka", format("%.2f MiB", topics.storedBytes() / MEBIBYTE)));
            progress.phase("Warming up");
            TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
            quiet(collector, topics);
            change(collector, topics);
            memory(collector);
        }
    }

    private void quiet(CollectorProcess collector, TopicWatch topics) throws IOException, InterruptedException {
        progress.phase("Nothing changes");
        double cpu = collector.cpuSeconds();
        long bytes = topics.storedBytes();
        long records = topics.records();
        double heap = 0;
        long began = System.nanoTime();
        while (System.nanoTime() - began < plan.quiet().toNanos()) {
            TimeUnit.NANOSECONDS.sleep(SAMPLE.toNanos());
            collector.check();
            heap = Math.max(heap, collector.metric("jvm_memory_used_bytes{area=\"heap\""));
        }
        double seconds = seconds(System.nanoTime() - began);
        double hours = seconds / 3600;
        table.accept(Measurement.atMost(
                "CPU when nothing changes", 100 * (collector.cpuSeconds() - cpu) / seconds, 2, "%.2f %% of a core"));
        table.accept(Measurement.of(
                "To Kafka when nothing changes",
                format("%.1f MiB an hour", (topics.storedBytes() - bytes) / MEBIBYTE / hours)));
        table.accept(Measurement.of("  facts", format("%,.0f an hour", (topics.records() - records) / hours)));
        table.accept(Measurement.of("Heap, largest seen", format("%.0f MiB", heap / MEBIBYTE)));
    }

    /** An endpoint becomes unready: how long until the fact of its Service is on the topic. */
    private void change(CollectorProcess collector, TopicWatch topics) throws InterruptedException {
        progress.phase("Changing endpoints");
        double[] times = new double[CHANGES];
        List<EndpointSlice> slices =
                client.discovery().v1().endpointSlices().inAnyNamespace().list().getItems().stream()
                        .filter(slice -> !slice.getEndpoints().isEmpty())
                        .filter(slice -> !slice.getMetadata().getNamespace().equals("istio-system"))
                        .limit(CHANGES)
                        .toList();
        for (int i = 0; i < CHANGES; i++) {
            EndpointSlice slice = slices.get(i % slices.size());
            String service = slice.getMetadata().getLabels().get("kubernetes.io/service-name");
            List<String> subject = List.of(slice.getMetadata().getNamespace(), service);
            topics.expect(key ->
                    key.kind() == FactKind.SERVICE_ENDPOINTS && key.subject().equals(subject));
            client.discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace(slice.getMetadata().getNamespace())
                    .withName(slice.getMetadata().getName())
                    .edit(LiveBenchmark::otherReadiness);
            long began = System.nanoTime();
            times[i] = Math.max(0, seconds(topics.awaitExpected(CHANGE, collector::check) - began));
        }
        Arrays.sort(times);
        table.accept(Measurement.atMost("Changed endpoint in Kafka, median", times[CHANGES / 2], 2, "%.2f s"));
        table.accept(Measurement.atMost("  worst of " + CHANGES, times[CHANGES - 1], 2, "%.2f s"));
    }

    private static EndpointSlice otherReadiness(EndpointSlice slice) {
        var conditions = slice.getEndpoints().get(0).getConditions();
        conditions.setReady(!Boolean.TRUE.equals(conditions.getReady()));
        return slice;
    }

    private void memory(CollectorProcess collector) throws IOException, InterruptedException {
        table.accept(Measurement.atMost("Resident", collector.kibibytes("VmRSS") / 1024.0, 256, "%.0f MiB"));
        table.accept(Measurement.atMost("  peak", collector.kibibytes("VmHWM") / 1024.0, 256, "%.0f MiB"));
        table.accept(Measurement.of(
                "  of files (class path, JVM)", format("%.0f MiB", collector.kibibytes("RssFile") / 1024.0)));
        table.accept(Measurement.of(
                "Outside the heap",
                format(
                        "%.0f MiB of the JVM, %.0f threads",
                        collector.metric("jvm_memory_used_bytes{area=\"nonheap\"") / MEBIBYTE,
                        collector.metric("jvm_threads_live_threads "))));
        table.accept(
                Measurement.of("Heap after a full collection", format("%.0f MiB", collector.liveHeap() / MEBIBYTE)));
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
