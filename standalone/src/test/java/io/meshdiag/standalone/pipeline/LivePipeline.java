package io.meshdiag.standalone.pipeline;

import static org.awaitility.Awaitility.await;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.PipelineCounters;
import io.meshdiag.processor.ProcessorApp;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.standalone.broker.EmbeddedKafka;
import io.meshdiag.standalone.broker.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/** Kafka and the processor for tests of the whole way from live clusters: tell it facts, and wait for what they lead to. */
public final class LivePipeline implements AutoCloseable {
    private static final String RUN = "live";
    private static final String REGISTRY = "memory://" + RUN;

    private final EmbeddedKafka kafka;
    private final Path stateDir;
    private final Pipeline pipeline;
    private final ProcessorApp processor;

    private LivePipeline(EmbeddedKafka kafka, Path stateDir, RuleSettings rules) {
        this.kafka = kafka;
        this.stateDir = stateDir;
        this.pipeline =
                new Pipeline(kafka.bootstrapServers(), RUN, stateDir, Catalogue.configured(rules), Progress.SILENT);
        this.processor = pipeline.processor(new PipelineCounters());
    }

    /** With every rule as it is by itself. */
    public static LivePipeline start() throws IOException, InterruptedException {
        return start(RuleSettings.NONE);
    }

    /** With rules as a rules file would have them. */
    public static LivePipeline start(RuleSettings rules) throws IOException, InterruptedException {
        LivePipeline live = new LivePipeline(EmbeddedKafka.start(), Files.createTempDirectory("meshdiag-live-"), rules);
        live.processor.start();
        return live;
    }

    /** For collectors; the caller closes it. */
    public FactPublisher publisher() {
        return pipeline.publisher();
    }

    /** Settings of collectors whose facts are to come here. */
    public Map<String, String> settings() {
        return Map.of(
                "kafka.bootstrapServers",
                kafka.bootstrapServers(),
                "kafka.topicPrefix",
                RUN + ".",
                "schemaRegistry.url",
                REGISTRY);
    }

    /** What a topic holds, as compaction would leave it, by key. */
    public <T extends SpecificRecord> Map<String, T> latest(String topic, Class<T> type) {
        return new TopicReader(kafka.bootstrapServers(), REGISTRY).latest(RUN + "." + topic, type);
    }

    /** For consumers of the bytes as they are. */
    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /** The latest revision of every finding. */
    public List<Finding> findings() {
        return pipeline.findings();
    }

    /**
     * Waits until a rule has a finding in one of the states. Rules hold a finding for a while before it is resolved
     * (docs/rules.md): RECOVERING tells that its condition is gone.
     */
    public Finding awaitFinding(String rule, Duration atMost, DetectionState... states) {
        return await("finding of " + rule + " in state " + List.of(states))
                .atMost(atMost)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> find(rule, Set.of(states)), found -> !found.isEmpty())
                .get(0);
    }

    private List<Finding> find(String rule, Set<DetectionState> states) {
        return findings().stream()
                .filter(finding -> finding.getRule().getId().equals(rule) && states.contains(finding.getState()))
                .toList();
    }

    @Override
    public void close() {
        processor.close();
        kafka.close();
        Folders.delete(stateDir);
    }
}
