package io.meshdiag.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.sink.harness.Findings;
import io.meshdiag.sink.harness.Kafka;
import io.meshdiag.sink.harness.Pipeline;
import io.meshdiag.sink.harness.SinkProcess;
import io.meshdiag.sink.harness.StoreProcess;
import io.meshdiag.sink.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The promise under kill -9: of 50,000 findings nothing is lost and nothing is there twice. */
class KillIT {
    private static final int IDS = 10_000;
    private static final int REVISIONS = 5;

    /** Current ones, and those of the history. */
    private static final long DOCUMENTS = IDS + IDS * REVISIONS;

    private static final Duration LONG = Duration.ofMinutes(2);

    @Test
    void killingTheStoreAndTheSinkLosesAndRepeatsNothing(@TempDir Path folder) throws Exception {
        try (StoreProcess server = StoreProcess.elasticsearch();
                Store store = server.client();
                Kafka kafka = Kafka.start();
                RegistryServer registry = RegistryServer.start(InProcessRegistry.named("kill"));
                Pipeline pipeline = new Pipeline(kafka, registry.url().toString(), "kill")) {
            // Given 50,000 revisions of 10,000 findings
            for (int revision = 1; revision <= REVISIONS; revision++) {
                for (int id = 0; id < IDS; id++) {
                    pipeline.publish(Findings.finding("mf1-" + id, revision).build());
                }
            }
            pipeline.flush();

            // When the sink, the store and the sink again are killed in the middle
            try (SinkProcess sink = SinkProcess.start(pipeline.env(server.uri()), folder)) {
                await().atMost(LONG).until(() -> stored(store) > 3_000);
                sink.kill();
            }
            long afterFirst = stored(store);
            try (SinkProcess sink = SinkProcess.start(pipeline.env(server.uri()), folder)) {
                await().atMost(LONG).until(() -> stored(store) > more(afterFirst));
                server.kill();
                await().atMost(LONG).until(() -> sink.log().contains("the store refuses or is away"));
                server.start();
                long afterSecond = stored(store);
                await().atMost(LONG).until(() -> stored(store) > more(afterSecond));
                sink.kill();
            }
            assertThat(pipeline.uncommitted()).isPositive();
            try (SinkProcess sink = SinkProcess.start(pipeline.env(server.uri()), folder)) {
                await().atMost(LONG).until(() -> pipeline.uncommitted() == 0);
                assertThat(sink.terminate())
                        .as("exit status of a JVM that ended by SIGTERM")
                        .isEqualTo(143);
                assertThat(sink.log()).contains("sink stopped");
            }

            // Then the documents are those of the model
            Map<String, Long> current = new TreeMap<>();
            Map<String, Long> history = new TreeMap<>();
            for (int id = 0; id < IDS; id++) {
                current.put("mf1-" + id, (long) REVISIONS);
                for (int revision = 1; revision <= REVISIONS; revision++) {
                    history.put("mf1-" + id + ":" + revision, 1L);
                }
            }
            assertThat(pipeline.versions(store, "findings").equals(current)).isTrue();
            assertThat(pipeline.versions(store, "finding-history").equals(history))
                    .isTrue();
            assertThat(pipeline.deadLetterRecords()).isEmpty();
        }
    }

    /** A tenth of what is missing, however far the sink came while nobody looked. */
    private static long more(long stored) {
        return stored + (DOCUMENTS - stored) / 10;
    }

    private static long stored(Store store) throws IOException {
        store.request("POST", "/kill-*/_refresh", null);
        return store.request("GET", "/kill-*/_count", null).json().path("count").asLong();
    }
}
