package io.meshdiag.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.report.Diagnosis;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.kafka.KafkaContainer;

/** {@link ScenariosIT}'s promise over the broker of the public image, where a Docker engine runs; the embedded broker keeps it everywhere else. */
@Testcontainers(disabledWithoutDocker = true)
class KafkaContainerIT {
    /** The version that .env pins for docker-compose.yml. */
    @Container
    private static final KafkaContainer KAFKA = new KafkaContainer("apache/kafka:4.3.1");

    @TempDir
    private Path folder;

    @Test
    void leadsToExactlyTheIncidentsThatTheDemoStates() throws Exception {
        // Given
        Scenario scenario = Scenario.bundled("demo");
        List<Path> archives = new BugReportWriter().write(scenario, folder.resolve("archives"));

        // When
        Diagnosis diagnosis = new Pipeline(
                        KAFKA.getBootstrapServers(), "container", folder.resolve("state"), Progress.SILENT)
                .run(archives, ArchiveOptions.DEFAULT);

        // Then
        assertThat(Seen.in(diagnosis.findings()))
                .containsExactlyInAnyOrderElementsOf(
                        scenario.expected().stream().map(Seen::promised).toList());
    }
}
