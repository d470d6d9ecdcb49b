package io.meshdiag.collector.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.config.CollectorSettings;
import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.collector.publish.OutboxSettings;
import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One full round of a cluster in which there is nothing but its identity. */
@EnableKubernetesMockClient
class ClusterCollectorTest {
    /** Set by the extension. */
    KubernetesMockServer server;

    KubernetesClient client;

    @BeforeEach
    void aClusterWithoutAnything() {
        serve("/api/v1/namespaces/kube-system", "{\"metadata\": {\"uid\": \"0123456789ab\"}}");
    }

    @Test
    void onlyProbesAreOffUnlessMoreIsSwitchedOff() throws Exception {
        assertThat(disabledSources(Map.of())).containsExactly("probes/connectivity");
    }

    @Test
    void eachSwitchTurnsItsSourcesOffAndNoOthers() throws Exception {
        assertThat(disabledSources(Map.of("secrets.enabled", "false")))
                .contains("kubernetes/secrets")
                .hasSize(2);
        assertThat(disabledSources(Map.of("events.enabled", "false")))
                .contains("kubernetes/events")
                .hasSize(2);
        assertThat(disabledSources(Map.of("logs.enabled", "false")))
                .contains("istiod/log", "proxies/log")
                .hasSize(3);
        assertThat(disabledSources(Map.of("cni.enabled", "false")))
                .contains("cni/log", "cni/metrics")
                .hasSize(3);
        assertThat(disabledSources(Map.of("drift.enabled", "false")))
                .contains("istiod/config_dump")
                .hasSize(2);
        assertThat(disabledSources(Map.of("envoy.enabled", "false")))
                .contains("proxies/config_dump", "proxies/server_info", "istiod/config_dump")
                .hasSize(4);
    }

    @Test
    void withoutIstiodThereIsNothingToCompareProxiesWith() throws Exception {
        assertThat(disabledSources(Map.of("istiod.enabled", "false")))
                .containsExactly(
                        "istiod/clusterz",
                        "istiod/config_dump",
                        "istiod/endpointShardz",
                        "istiod/mesh",
                        "istiod/metrics",
                        "istiod/networkz",
                        "istiod/registryz",
                        "istiod/syncz",
                        "probes/connectivity");
    }

    @Test
    void isNotReadyWhileFactsWaitForKafka() {
        CollectorConfig config = CollectorSettings.read(
                Map.of(),
                Map.of(
                        "MESHDIAG_BOOTSTRAP_SERVERS", "127.0.0.1:1",
                        "MESHDIAG_SCHEMA_REGISTRY_URL", "memory://kafka-away",
                        "MESHDIAG_COLLECTOR_KAFKA_UNREADY_AFTER", "PT1S"),
                null,
                true);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        OutboxSettings impatient = new OutboxSettings(
                OutboxSettings.DEFAULT.backoff(),
                OutboxSettings.DEFAULT.longestBackoff(),
                OutboxSettings.DEFAULT.stuckAfter(),
                OutboxSettings.DEFAULT.flushWithin(),
                Duration.ZERO);
        try (Outbox outbox = Outbox.open(config.kafka().client(), config.kafka().topics(), impatient, meters);
                ClusterCollector collector = new ClusterCollector(
                        new ClusterTarget("east", client.getConfiguration()),
                        ContextCollector.Shared.sending(config, outbox, meters))) {
            assertThat(collector.unready()).isEqualTo("not started yet");

            outbox.tombstone(FactKey.parse("mesh1/east@01234567/NamespaceProfile/shop"));

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(collector.unready()).startsWith("facts wait for Kafka since "));
        }
    }

    private List<String> disabledSources(Map<String, String> options) throws Exception {
        RecordedFacts told = new RecordedFacts();
        Map<String, String> environment =
                Map.of("MESHDIAG_COLLECTOR_CLUSTER_ID", "east", "MESHDIAG_COLLECTOR_MESH_ID", "mesh1");
        CollectorConfig config = CollectorSettings.read(options, environment, null, false);
        try (ClusterCollector collector = new ClusterCollector(
                new ClusterTarget("east", client.getConfiguration()),
                ContextCollector.Shared.printing(config, told, new SimpleMeterRegistry()))) {
            collector.once();
        }
        return told.one(Heartbeat.class).getSources().stream()
                .filter(source -> source.getState() == SourceState.DISABLED)
                .map(SourceCoverage::getSource)
                .sorted()
                .toList();
    }

    private void serve(String path, String answer) {
        server.expect().get().withPath(path).andReturn(200, answer).always();
    }
}
