package io.meshdiag.standalone.cli;

import io.meshdiag.standalone.bench.VmBenchmark;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag bench-vm}. */
@Command(
        name = "bench-vm",
        description = {
            "Measure the collector of a virtual machine as it is installed: start, memory, CPU. Linux and a JDK only.",
            "Simulates the machine below a temporary folder and on ports of this machine's loopback, and runs the program there."
        },
        footerHeading = "%nExample:%n",
        footer = {"  meshdiag bench-vm --quiet PT2M"})
final class BenchVmCommand implements Callable<Integer> {
    @ParentCommand
    private Meshdiag meshdiag;

    @Option(
            names = "--program",
            paramLabel = "FILE",
            defaultValue = "vm/target/dist/bin/meshdiag-vm",
            description = "What is measured. Default: ${DEFAULT-VALUE}, as the build leaves it.")
    private Path program;

    @Option(
            names = "--services",
            defaultValue = "800",
            description = "Of the mesh: they decide the size of Envoy's configuration. Default: ${DEFAULT-VALUE}.")
    private int services;

    @Option(
            names = "--quiet",
            paramLabel = "DURATION",
            defaultValue = "PT11M",
            description = "How long nothing changes: facts are refreshed every ten minutes. Default: ${DEFAULT-VALUE}.")
    private Duration quiet;

    @Override
    public Integer call() throws Exception {
        VmBenchmark.Plan plan =
                Services.configuration(() -> new VmBenchmark.Plan(program.toAbsolutePath(), services, quiet));
        PrintWriter out = meshdiag.terminal().out();
        Benchmarks.machine(out);
        new VmBenchmark(plan, meshdiag.stopwatch(), row -> out.println(Benchmarks.line(row))).run();
        return 0;
    }
}
