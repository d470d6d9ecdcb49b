package io.meshdiag.sink;

import static org.awaitility.Awaitility.await;

import io.meshdiag.finding.Finding;
import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.schema.Topics;
import io.meshdiag.sink.bulk.Write;
import io.meshdiag.sink.document.FindingDocument;
import io.meshdiag.sink.document.Indices;
import io.meshdiag.sink.harness.Findings;
import io.meshdiag.sink.harness.Kafka;
import io.meshdiag.sink.harness.Pipeline;
import io.meshdiag.sink.harness.RunningSink;
import io.meshdiag.sink.harness.StoreProcess;
import io.meshdiag.sink.setup.SinkSetup;
import io.meshdiag.sink.store.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Documents per second from Kafka through the sink, against a bare loop that sends the same documents, encoded before, to the same server; arms alternate. Not
 * part of the build: it measures, it does not judge.
 */
class SinkBenchmark {
    private static final int FINDINGS = 20_000;
    private static final int ROUNDS = 5;
    private static final int BATCH = 2_000;

    @Test
    void comparesTheSinkWithABareLoop() throws Exception {
        try (StoreProcess server = StoreProcess.elasticsearch();
                Store store = server.client();
                Kafka kafka = Kafka.start();
                RegistryServer registry = RegistryServer.start(InProcessRegistry.named("benchmark"))) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round <= ROUNDS; round++) {
                double bare = bare(store, new Indices("bare" + round + "-"));
                double sink = sink(server, store, kafka, registry, "sink" + round);
                System.out.printf(
                        Locale.ROOT,
                        "round %d: bare %,.0f docs/s, sink %,.0f docs/s, ratio %.2f%n",
                        round,
                        bare,
                        sink,
                        sink / bare);
                // The first round warms both up.
                if (round > 0) {
                    ratios.add(sink / bare);
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "median ratio %.2f%n",
                    ratios.stream().sorted().toList().get(ROUNDS / 2));
        }
    }

    private static double bare(Store store, Indices indices) throws IOException {
        new SinkSetup(store, indices, 90, List.of("findings")).run();
        List<String> bodies = new ArrayList<>();
        for (int from = 0; from < FINDINGS; from += BATCH) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int id = from; id < from + BATCH; id++) {
                Finding finding = finding(id);
                body.writeBytes(Write.replace(indices.findings(), finding.getId(), 1, FindingDocument.current(finding))
                        .lines());
            }
            bodies.add(body.toString(StandardCharsets.UTF_8));
        }
        long start = System.nanoTime();
        for (String body : bodies) {
            if (!store.request("POST", "/_bulk?filter_path=errors", body).ok()) {
                throw new IOException("the bare loop was refused");
            }
        }
        return FINDINGS / seconds(start);
    }

    private static double sink(StoreProcess server, Store store, Kafka kafka, RegistryServer registry, String name)
            throws Exception {
        try (Pipeline pipeline = new Pipeline(kafka, registry.url().toString(), name)) {
            new SinkSetup(store, new Indices(name + "-"), 90, List.of("findings")).run();
            for (int id = 0; id < FINDINGS; id++) {
                Finding finding = finding(id);
                pipeline.publish(Topics.FINDINGS, finding.getId(), finding);
            }
            pipeline.flush();
            try (RunningSink sink = pipeline.sink(
                    server.uri(),
                    "MESHDIAG_SINK_INDEX",
                    "findings",
                    "MESHDIAG_SINK_BATCH_DOCS",
                    Integer.toString(BATCH),
                    "MESHDIAG_SINK_SETUP",
                    "false")) {
                // Joining the group is not what is measured: the clock starts with the first batch, which does not
                // count.
                double before = until(sink, 1);
                long start = System.nanoTime();
                until(sink, FINDINGS);
                return (FINDINGS - before) / seconds(start);
            }
        }
    }

    private static double until(RunningSink sink, double documents) {
        return await().atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> count(sink), count -> count >= documents);
    }

    private static double count(RunningSink sink) throws IOException, InterruptedException {
        return sink.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("meshdiag_sink_documents_total "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    private static Finding finding(int id) {
        return Findings.finding("mf1-" + id, 1).build();
    }
}
