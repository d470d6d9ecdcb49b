package io.meshdiag.standalone.cli;

import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.standalone.broker.Folders;
import io.meshdiag.standalone.pipeline.Stopwatch;
import io.meshdiag.standalone.report.Diagnosis;
import io.meshdiag.standalone.report.FindingFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag demo}. */
@Command(
        name = "demo",
        description = {
            "Show Meshdiag at work on a bundled fleet with faults: simulated archives, real Kafka, real findings.",
            "Ends with 0 when it worked, although it finds something."
        },
        footer = {"  meshdiag demo", "  meshdiag demo --output=yaml --severity=critical"})
final class DemoCommand implements Callable<Integer> {
    @ParentCommand
    private Meshdiag meshdiag;

    @Mixin
    private ReportOptions report;

    @Override
    public Integer call() throws Exception {
        FindingFilter filter = report.filter();
        Scenario scenario = Scenario.bundled("demo");
        Stopwatch time = meshdiag.stopwatch();
        Path folder = Files.createTempDirectory("meshdiag-demo-");
        try {
            time.phase("Simulating " + scenario.clusters().size() + " clusters");
            List<Path> archives = new BugReportWriter().write(scenario, folder);
            Diagnosis diagnosis = Runs.diagnose(archives, ArchiveOptions.DEFAULT, time);
            report.show(diagnosis, filter, meshdiag);
            meshdiag.tellTimes(time);
            return 0;
        } finally {
            Folders.delete(folder);
        }
    }
}
