package io.meshdiag.standalone.cli;

import io.meshdiag.standalone.bench.OutageBenchmark;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag bench-outage}. */
@Command(
        name = "bench-outage",
        description = {
            "Measure what an outage of Kafka costs the collector of a cluster that goes on changing: memory, and the time until Kafka has the truth"
                    + " again. Linux and a JDK only.",
            "Starts Kafka and a registry of its own, and feeds the collector's book and outbox with made-up levels; no cluster is needed."
        },
        footerHeading = "%nExample:%n",
        footer = {"  meshdiag bench-outage --outage PT1M"})
final class BenchOutageCommand implements Callable<Integer> {
    @ParentCommand
    private Meshdiag meshdiag;

    @Option(
            names = "--proxies",
            defaultValue = "4000",
            description = "Of the cluster; each is one subject. Default: ${DEFAULT-VALUE}.")
    private int proxies;

    @Option(
            names = "--services",
            defaultValue = "4000",
            description = "Of the cluster; each is one subject of two istiods. Default: ${DEFAULT-VALUE}.")
    private int services;

    @Option(
            names = "--changes-per-second",
            paramLabel = "NUMBER",
            defaultValue = "20",
            description = "Of them, every nineteenth takes its subject away. Default: ${DEFAULT-VALUE}.")
    private int changesPerSecond;

    @Option(
            names = "--steady",
            paramLabel = "DURATION",
            defaultValue = "PT1M",
            description = "How long it runs before the outage. Default: ${DEFAULT-VALUE}.")
    private Duration steady;

    @Option(
            names = "--outage",
            paramLabel = "DURATION",
            defaultValue = "PT10M",
            description = "How long Kafka is away: facts are refreshed every ten minutes. Default: ${DEFAULT-VALUE}.")
    private Duration outage;

    @Override
    public Integer call() throws Exception {
        OutageBenchmark.Plan plan = Services.configuration(
                () -> new OutageBenchmark.Plan(proxies, services, changesPerSecond, steady, outage));
        PrintWriter out = meshdiag.terminal().out();
        out.printf("%,d proxies, %,d Services, %d changes a second%n", proxies, services, changesPerSecond);
        Benchmarks.machine(out);
        new OutageBenchmark(plan, meshdiag.stopwatch(), row -> out.println(Benchmarks.line(row))).run();
        return 0;
    }
}
