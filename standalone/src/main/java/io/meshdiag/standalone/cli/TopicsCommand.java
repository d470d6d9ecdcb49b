package io.meshdiag.standalone.cli;

import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.registry.RegistryClients;
import io.meshdiag.standalone.service.PipelineSetup;
import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag topics}. */
@Command(
        name = "topics",
        description = {
            "Create the topics and register the schemas of a deployment; what is there already stays as it is.",
            "Reads MESHDIAG_BOOTSTRAP_SERVERS, MESHDIAG_SCHEMA_REGISTRY_URL, MESHDIAG_TOPIC_PREFIX, MESHDIAG_PARTITIONS."
        },
        footer = {
            "",
            "Example:",
            "  MESHDIAG_BOOTSTRAP_SERVERS=kafka:9092 MESHDIAG_SCHEMA_REGISTRY_URL=http://registry:8080 meshdiag topics"
        })
final class TopicsCommand implements Runnable {
    @ParentCommand
    private Meshdiag meshdiag;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            defaultValue = "PT2M",
            description = "How long to wait for the brokers, and for the registry. Default: ${DEFAULT-VALUE}.")
    private Duration wait;

    @Override
    public void run() {
        ProcessorConfig config = Services.configuration(() -> ProcessorConfig.from(meshdiag.environment()));
        PrintWriter out = meshdiag.terminal().out();
        PipelineSetup setup = new PipelineSetup(config, wait, line -> {
            out.println(line);
            out.flush();
        });
        try {
            setup.topics();
            setup.schemas(RegistryClients.open(config.registryClient()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", e);
        }
    }
}
