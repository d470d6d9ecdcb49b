package io.meshdiag.standalone.cli;

import io.meshdiag.collector.archive.ArchiveLimits;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.standalone.pipeline.Stopwatch;
import io.meshdiag.standalone.report.Diagnosis;
import io.meshdiag.standalone.report.FindingFilter;
import io.meshdiag.standalone.report.Incident;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag diagnose}. */
@Command(
        name = "diagnose",
        description = {
            "Find what is wrong between clusters, from archives made by 'istioctl bug-report', one per cluster.",
            "Nothing leaves this machine."
        },
        footer = {
            "  istioctl --context=east bug-report --dir east    (then west, and so on)",
            "  meshdiag diagnose east west.tar.gz",
            "  meshdiag diagnose --severity=high --output=json clusters/* > findings.json",
            "  meshdiag diagnose clusters/* && echo the mesh is healthy"
        })
final class DiagnoseCommand implements Callable<Integer> {
    @ParentCommand
    private Meshdiag meshdiag;

    @Parameters(
            arity = "1..*",
            paramLabel = "ARCHIVE",
            description = "Folder or .tar.gz made by 'istioctl bug-report'.")
    private List<Path> archives;

    @Mixin
    private ReportOptions report;

    @Option(names = "--mesh", paramLabel = "ID", description = "Mesh id, in place of the one that the archives name.")
    private String mesh;

    @Option(
            names = "--cluster",
            paramLabel = "ID",
            description = "Cluster id, in place of the one that the archive names; only with one archive.")
    private String cluster;

    @Option(
            names = "--rules",
            paramLabel = "FILE",
            description = "Rules off, severities, thresholds, suppressions: docs/rules-configuration.md.")
    private Path rules;

    @Override
    public Integer call() throws Exception {
        FindingFilter filter = report.filter();
        Catalogue catalogue = Services.rules(Optional.ofNullable(rules));
        Stopwatch time = meshdiag.stopwatch();
        Diagnosis diagnosis =
                Runs.diagnose(archives, new ArchiveOptions(mesh, cluster, ArchiveLimits.DEFAULT), catalogue, time);
        report.show(diagnosis, filter, meshdiag);
        meshdiag.tellTimes(time);
        return Incident.among(diagnosis.findings(), filter).isEmpty() ? 0 : Meshdiag.FOUND;
    }
}
