package io.meshdiag.standalone.cli;

import io.meshdiag.simulator.BugReportWriter;
import io.meshdiag.simulator.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag simulate}. */
@Command(
        name = "simulate",
        description =
                "Write the archives of a scenario, as 'istioctl bug-report' would make them. Without a scenario: list the bundled ones.",
        footer = {
            "  meshdiag simulate",
            "  meshdiag simulate own-root --output-dir=clusters && meshdiag diagnose clusters/*",
            "  meshdiag simulate my-fleet.yaml --packed --output-dir=clusters"
        })
final class SimulateCommand implements Runnable {
    @ParentCommand
    private Meshdiag meshdiag;

    @Parameters(
            arity = "0..1",
            paramLabel = "SCENARIO",
            description = "Name of a bundled scenario, or a scenario file (docs/simulator.md).")
    private String scenario;

    @Option(
            names = {"-o", "--output-dir"},
            paramLabel = "DIR",
            description = "Where the archives go, one per cluster; created when missing.")
    private Path folder;

    @Option(names = "--packed", description = "Write .tar.gz files in place of folders.")
    private boolean packed;

    @Override
    public void run() {
        PrintWriter out = meshdiag.terminal().out();
        if (scenario == null) {
            Scenario.bundledNames()
                    .forEach(name -> out.printf(
                            "%-24s %s%n", name, Scenario.bundled(name).story().strip()));
            return;
        }
        Scenario found = Scenarios.find(scenario);
        if (folder == null) {
            throw new BadInputException("say with --output-dir where the archives go");
        }
        try {
            List<Path> archives = (packed ? BugReportWriter.packed() : new BugReportWriter()).write(found, folder);
            archives.forEach(out::println);
        } catch (IOException e) {
            throw new BadInputException("the archives cannot be written to " + folder + ": " + Problems.text(e), e);
        }
    }
}
