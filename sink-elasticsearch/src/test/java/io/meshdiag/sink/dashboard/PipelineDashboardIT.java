package io.meshdiag.sink.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.registry.InProcessRegistry;
import io.meshdiag.registry.RegistryServer;
import io.meshdiag.schema.Topics;
import io.meshdiag.sink.harness.Findings;
import io.meshdiag.sink.harness.Kafka;
import io.meshdiag.sink.harness.Pipeline;
import io.meshdiag.sink.harness.RunningSink;
import io.meshdiag.sink.harness.StoreProcess;
import io.meshdiag.sink.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every metric of the sink in the dashboard about Meshdiag itself is one that a running sink exposes. */
class PipelineDashboardIT {
    private static final Pattern METRIC = Pattern.compile("meshdiag_sink_[a-z_]+");
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void aRunningSinkExposesEveryMetricOfTheDashboard() throws Exception {
        try (StoreProcess server = StoreProcess.elasticsearch();
                Store store = server.client();
                Kafka kafka = Kafka.start();
                RegistryServer registry = RegistryServer.start(InProcessRegistry.named("pipeline-dashboard"));
                Pipeline pipeline = new Pipeline(kafka, registry.url().toString(), "metrics");
                RunningSink sink = pipeline.sink(server.uri())) {
            // Given a finding, a record that cannot be read, and a store that makes the sink try again
            pipeline.publish(Findings.finding("mf1-a", 1).build());
            pipeline.send(Topics.FINDINGS, bytes("mf1-b"), bytes("not a finding"));
            await().atMost(SOON)
                    .until(() -> pipeline.versions(store, "findings").size() == 1);
            store.request("PUT", "/metrics-findings-v1/_settings", "{\"index.blocks.read_only_allow_delete\":true}");
            pipeline.publish(Findings.finding("mf1-c", 1).build());
            await().atMost(SOON).until(() -> sink.get("/readyz").statusCode() == 503);

            // When
            String scraped = sink.get("/metrics").body();
            store.request("PUT", "/metrics-findings-v1/_settings", "{\"index.blocks.read_only_allow_delete\":null}");

            // Then
            Set<String> named = new TreeSet<>();
            Sources.metrics().panels().forEach(panel -> names(panel.expr(), named));
            Set<String> exposed = new TreeSet<>();
            scraped.lines().filter(line -> !line.startsWith("#")).forEach(line -> names(line, exposed));
            assertThat(named).hasSizeGreaterThan(7);
            assertThat(exposed).containsAll(named);
        }
    }

    private static void names(String text, Set<String> names) {
        Matcher matcher = METRIC.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
