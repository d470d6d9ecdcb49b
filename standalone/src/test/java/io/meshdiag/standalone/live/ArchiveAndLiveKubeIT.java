package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.collector.cluster.ClusterCollector;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.schema.RecordJson;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.service.CollectorService;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One fleet, seen through archives and alive: rules need not know how a fact was collected. */
@Timeout(180)
class ArchiveAndLiveKubeIT {
    /**
     * Kinds that look back. An archive has whole logs; a collector that runs for months reads the last minutes of the logs of istiods and CNI agents,
     * and the logs of those proxies that are not ready.
     */
    private static final Set<FactKind> LOOKS_BACK = Set.of(FactKind.LOG_SIGNALS, FactKind.CNI_EVENT);

    /** What no archive tells: it lacks istiod's own view of a proxy. */
    private static final Set<FactKind> ONLY_ALIVE = Set.of(FactKind.CONFIG_DRIFT, FactKind.HEARTBEAT);

    /** What may differ within a fact, by kind and field. */
    private static final Map<FactKind, Set<String>> DIFFERENT = Map.of(
            // The API server's own, its CA too. Archives list the names of all Secrets; a collector looks at cacerts
            // only when
            // it is told to.
            FactKind.CLUSTER_PROFILE,
            Set.of("kubernetesVersion", "caSecret", "apiServerCaSha256"),
            // Assigned by the API server.
            FactKind.WORKLOAD,
            Set.of("createdAt"),
            FactKind.REMOTE_SECRET,
            Set.of("resourceVersion"),
            FactKind.ISTIO_RESOURCE,
            Set.of("createdAt"),
            // Readiness of containers comes from the agents' metrics too, which no archive has.
            FactKind.CNI_NODE,
            Set.of("nodeCreatedAt", "installReady"),
            // Archives are written without managed fields; what is served passes over the simulator's own objects.
            FactKind.WEBHOOK_CONFIG,
            Set.of("lastWriter", "objectSelector"),
            // Kubernetes keeps times of events to the second.
            FactKind.WEBHOOK_ERROR,
            Set.of("firstAt", "lastAt"));

    @TempDir
    private Path folder;

    @Test
    void tellTheSameFacts() throws Exception {
        // Given
        Scenario scenario = TwoClusters.scenario("archive-and-live.yaml");
        RememberedFacts archived = new RememberedFacts();
        RememberedFacts alive = new RememberedFacts();

        // When
        try (TwoClusters clusters = TwoClusters.serve(scenario)) {
            List<Path> archives =
                    new BugReportWriter().write(scenario, clusters.fleet().addressing(), folder);
            new ArchiveCollector(archived, ArchiveOptions.DEFAULT, CollectProgress.NONE).collect(archives);
            assertThat(new CollectorService(
                                    TwoClusters.targets("east", "west"),
                                    ClusterCollector::new,
                                    TwoClusters.hasty(Map.of()),
                                    Optional.of(alive))
                            .once())
                    .isEmpty();
        }

        // Then
        Map<String, JsonNode> fromArchives = comparable(archived.facts());
        assertThat(fromArchives).hasSizeGreaterThan(100);
        Map<String, JsonNode> fromLife = comparable(alive.facts());
        assertThat(fromLife.keySet()).containsExactlyElementsOf(fromArchives.keySet());
        assertThat(fromArchives.keySet())
                .filteredOn(key -> !fromArchives.get(key).equals(fromLife.get(key)))
                .as("facts that differ")
                .extracting(key -> key + "\n archive: " + fromArchives.get(key) + "\n live: " + fromLife.get(key))
                .isEmpty();
        assertThat(alive.tombstones()).isEmpty();
    }

    private static Map<String, JsonNode> comparable(Map<FactKey, SpecificRecord> facts) {
        Map<String, JsonNode> comparable = new TreeMap<>();
        facts.forEach((key, fact) -> {
            if (!ONLY_ALIVE.contains(key.kind()) && !LOOKS_BACK.contains(key.kind())) {
                ObjectNode json = RecordJson.write(fact);
                String cluster = json.path("header").path("clusterId").textValue();
                // Time, observer, and the cluster's uid, which the API server assigned.
                json.remove("header");
                remove(json, DIFFERENT.getOrDefault(key.kind(), Set.of()));
                comparable.put(cluster + " " + key.kind() + " " + key.subject(), json);
            }
        });
        return comparable;
    }

    private static void remove(JsonNode node, Set<String> fields) {
        if (node instanceof ObjectNode object) {
            object.remove(fields);
        }
        node.forEach(child -> remove(child, fields));
    }
}
