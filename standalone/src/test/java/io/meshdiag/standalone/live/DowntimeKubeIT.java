package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.cluster.ClusterCollector;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.publish.Outbox;
import io.meshdiag.collector.publish.OutboxSettings;
import io.meshdiag.schema.Topics;
import io.meshdiag.standalone.pipeline.LivePipeline;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nobody looks while objects are deleted: the next collector finds out. */
@Timeout(180)
class DowntimeKubeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @Test
    void whatWasDeletedMeanwhileIsTakenBackAndNothingElse() throws Exception {
        try (TwoClusters clusters = TwoClusters.serve(
                        TwoClusters.scenario("two-clusters.yaml").with(List.of()));
                LivePipeline pipeline = LivePipeline.start()) {
            KubernetesClient admin = clusters.admin("east");
            // Given
            try (Running collector = Running.start(pipeline)) {
                await("all facts")
                        .atMost(PATIENCE)
                        .until(() -> collector.ready()
                                && keys(pipeline).stream().anyMatch(DowntimeKubeIT::ofLedger)
                                && !pipeline.latest(Topics.HEARTBEATS, SpecificRecord.class)
                                        .isEmpty());
            }
            Set<String> before = keys(pipeline);

            // When
            admin.services().inNamespace("payments").withName("ledger").delete();
            admin.discovery()
                    .v1()
                    .endpointSlices()
                    .inNamespace("payments")
                    .withLabel("kubernetes.io/service-name", "ledger")
                    .delete();

            // Then
            try (Running collector = Running.start(pipeline)) {
                await("its tombstone")
                        .atMost(PATIENCE)
                        .until(() ->
                                collector.ready() && keys(pipeline).stream().noneMatch(DowntimeKubeIT::ofLedger));
                assertThat(keys(pipeline))
                        .containsAll(
                                before.stream().filter(key -> !ofLedger(key)).toList());
            }
        }
    }

    private static Set<String> keys(LivePipeline pipeline) {
        return new TreeSet<>(
                pipeline.latest(Topics.CONFIG_SNAPSHOTS, SpecificRecord.class).keySet());
    }

    private static boolean ofLedger(String key) {
        return key.contains("/ServiceEndpoints/payments/ledger");
    }

    /** One collector of east, with an outbox of its own: a process, but for the process. */
    private record Running(ContextCollector collector, Outbox outbox) implements AutoCloseable {
        static Running start(LivePipeline pipeline) throws Exception {
            CollectorConfig config = TwoClusters.hasty(pipeline.settings());
            MeterRegistry meters = new SimpleMeterRegistry();
            Outbox outbox =
                    Outbox.open(config.kafka().client(), config.kafka().topics(), OutboxSettings.DEFAULT, meters);
            ContextCollector collector = new ClusterCollector(
                    TwoClusters.targets("east").get(0), ContextCollector.Shared.sending(config, outbox, meters));
            collector.start();
            return new Running(collector, outbox);
        }

        boolean ready() {
            return collector.unready().isEmpty();
        }

        @Override
        public void close() {
            collector.close();
            outbox.close();
        }
    }
}
