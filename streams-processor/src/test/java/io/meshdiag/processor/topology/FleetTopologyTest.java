package io.meshdiag.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.processor.ProcessorMetrics;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.registry.RegistryClients;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.junit.jupiter.api.Test;

class FleetTopologyTest {
    private static final ProcessorConfig CONFIG = ProcessorConfig.from(
            Map.of("MESHDIAG_BOOTSTRAP_SERVERS", "localhost:1", "MESHDIAG_SCHEMA_REGISTRY_URL", "memory://golden"));

    /** Its difference is the migration note: a store or topic that changes its name loses its state. */
    @Test
    void theTopologyIsTheOneThatWasAgreedOn() throws IOException {
        String described = FleetTopology.build(
                        CONFIG,
                        StreamsSettings.of(CONFIG),
                        new Catalogue(Detectors.ofCluster(), Detectors.ofService(), Detectors.ofMesh()),
                        RegistryClients.open(Map.of("schema.registry.url", CONFIG.registryUrl())),
                        ProcessorMetrics.NONE)
                .describe()
                .toString();

        assertThat(described.strip()).isEqualTo(golden().strip());
    }

    @Test
    void aStoreWithoutANameWouldBeRefused() {
        Properties streams = StreamsSettings.of(CONFIG);
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(new StreamsConfig(streams)));
        builder.stream("facts", Consumed.with(Serdes.String(), Serdes.String()))
                .groupByKey(Grouped.as("named"))
                .count();

        assertThatThrownBy(() -> builder.build(streams)).hasMessageContaining("has not been named");
    }

    @Test
    void resultsAreExactlyOnceAndNotHeldBack() {
        Properties streams = StreamsSettings.of(CONFIG);

        assertThat(streams)
                .containsEntry("processing.guarantee", "exactly_once_v2")
                .containsEntry("commit.interval.ms", 500L)
                .containsEntry("statestore.cache.max.bytes", 0)
                .containsEntry("ensure.explicit.internal.resource.naming", true);
    }

    private static String golden() throws IOException {
        try (InputStream text = FleetTopologyTest.class.getResourceAsStream("topology.txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
