package io.meshdiag.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.PipelineCounters;
import io.meshdiag.processor.ProcessorApp;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.broker.EmbeddedKafka;
import io.meshdiag.standalone.report.Diagnosis;
import io.meshdiag.standalone.report.FindingJson;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The promise of the whole product: archives of a faulty fleet go in, the incidents that the scenario states come out, and nothing else. */
@Execution(ExecutionMode.CONCURRENT)
class ScenariosIT {
    private static final Duration LONG = Duration.ofSeconds(90);

    private static EmbeddedKafka kafka;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startBroker() throws Exception {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    static Stream<String> bundled() {
        return Scenario.bundledNames().stream();
    }

    @ParameterizedTest
    @MethodSource("bundled")
    void leadsToExactlyTheIncidentsThatTheScenarioStates(String name) throws Exception {
        // Given
        Scenario scenario = Scenario.bundled(name);
        List<Path> archives = new BugReportWriter().write(scenario, folder.resolve("archives"));

        // When
        Diagnosis diagnosis = pipeline("folders-" + name).run(archives, ArchiveOptions.DEFAULT);

        // Then
        Score score = Score.of(scenario, diagnosis);
        assertThat(score.missing()).as("missing").isEmpty();
        assertThat(score.extra()).as("extra").isEmpty();
        assertThat(score.found()).isEqualTo(scenario.expected().size());
    }

    @Test
    void findsTheSameInPackedArchives() throws Exception {
        // Given
        Scenario scenario = Scenario.bundled("demo");
        List<Path> folders = new BugReportWriter().write(scenario, folder.resolve("folders"));
        List<Path> packed = BugReportWriter.packed().write(scenario, folder.resolve("packed"));

        // When
        Diagnosis fromFolders = pipeline("unpacked").run(folders, ArchiveOptions.DEFAULT);
        Diagnosis fromPacked = pipeline("packed").run(packed, ArchiveOptions.DEFAULT);

        // Then
        assertThat(packed).allSatisfy(archive -> assertThat(archive.toString()).endsWith(".tar.gz"));
        assertThat(contents(fromPacked.findings()))
                .hasSizeGreaterThan(scenario.expected().size())
                .isEqualTo(contents(fromFolders.findings()));
    }

    @Test
    void findsTheSameWhenTheProcessorIsRestartedInTheMiddle() throws Exception {
        // Given
        List<Path> archives = new BugReportWriter().write(Scenario.bundled("demo"), folder.resolve("archives"));
        List<ObjectNode> undisturbed = contents(
                pipeline("undisturbed").run(archives, ArchiveOptions.DEFAULT).findings());
        Pipeline pipeline = pipeline("restarted");
        PipelineCounters first = new PipelineCounters();

        // When
        long sent;
        try (ProcessorApp processor = pipeline.processor(first)) {
            processor.start();
            try (CountingPublisher publisher = pipeline.publisher()) {
                new ArchiveCollector(publisher, ArchiveOptions.DEFAULT, CollectProgress.NONE).collect(archives);
                sent = publisher.sent();
            }
            await().atMost(LONG).pollInterval(Duration.ofMillis(5)).until(() -> first.factsRead() > 100);
        }
        PipelineCounters second = new PipelineCounters();
        try (ProcessorApp processor = pipeline.processor(second)) {
            processor.start();

            // Then
            await().atMost(LONG).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(
                            contents(pipeline.findings()))
                    .isEqualTo(undisturbed));
        }
        assertThat(first.factsRead() + second.factsRead())
                .as("facts read by both, those of an aborted transaction twice")
                .isGreaterThanOrEqualTo(sent);
    }

    private Pipeline pipeline(String run) {
        return new Pipeline(kafka.bootstrapServers(), run, folder.resolve("state-" + run), Progress.SILENT);
    }

    /** Findings without the count of their revisions: how many there were on the way depends on what was read together. */
    private static List<ObjectNode> contents(Collection<Finding> findings) {
        return findings.stream()
                .map(FindingJson::write)
                .peek(json -> json.remove(List.of("revision", "transition")))
                .sorted(Comparator.comparing(json -> json.get("id").textValue()))
                .toList();
    }
}
