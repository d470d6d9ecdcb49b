package io.meshdiag.standalone.cli;

import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.standalone.pipeline.Coverages;
import io.meshdiag.standalone.report.ClusterCoverage;
import io.meshdiag.standalone.report.CoverageReport;
import io.meshdiag.standalone.report.DocumentReport;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag coverage}. */
@Command(
        name = "coverage",
        description = {
            "Show what can be seen: for every cluster and source its state, how much of it was read, how old that is, and why it is not better.",
            "Without archives: of a running deployment, set by MESHDIAG_BOOTSTRAP_SERVERS, MESHDIAG_SCHEMA_REGISTRY_URL and MESHDIAG_TOPIC_PREFIX."
        },
        footer = {"  meshdiag coverage", "  meshdiag coverage east west.tar.gz", "  meshdiag coverage --output=json"})
final class CoverageCommand implements Runnable {
    @ParentCommand
    private Meshdiag meshdiag;

    @Parameters(
            arity = "0..*",
            paramLabel = "ARCHIVE",
            description = "Folder or .tar.gz made by 'istioctl bug-report'.")
    private List<Path> archives = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            defaultValue = "table",
            description = "Text for people, or one document for programs (docs/cli.md). Default: ${DEFAULT-VALUE}.")
    private ReportOptions.Format format;

    @Override
    public void run() {
        List<ClusterCoverage> coverage = archives.isEmpty() ? ofDeployment() : ofArchives();
        Terminal terminal = meshdiag.terminal();
        terminal.out()
                .print(
                        switch (format) {
                            case TABLE -> CoverageReport.render(coverage, meshdiag.style(), terminal.columns());
                            case JSON -> DocumentReport.json(CoverageReport.document(coverage));
                            case YAML -> DocumentReport.yaml(CoverageReport.document(coverage));
                        });
        terminal.out().flush();
    }

    private List<ClusterCoverage> ofArchives() {
        try {
            return Coverages.ofArchives(archives);
        } catch (ArchiveException e) {
            throw new BadInputException(e.getMessage(), e);
        }
    }

    private List<ClusterCoverage> ofDeployment() {
        ProcessorConfig config = Services.configuration(() -> ProcessorConfig.from(meshdiag.environment()));
        try {
            return Coverages.ofDeployment(config, Instant.now());
        } catch (KafkaException e) {
            throw new BadInputException(
                    "the heartbeats of " + config.bootstrapServers() + " cannot be read: " + Problems.text(e), e);
        }
    }
}
