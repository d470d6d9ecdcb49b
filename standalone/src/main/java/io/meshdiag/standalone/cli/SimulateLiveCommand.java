package io.meshdiag.standalone.cli;

import io.meshdiag.collector.live.LiveCollector;
import io.meshdiag.collector.publish.KafkaFactPublisher;
import io.meshdiag.collector.publish.PublishedKeys;
import io.meshdiag.health.Shutdown;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.schema.FactKey;
import io.meshdiag.standalone.live.LiveFleet;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag simulate-live}. */
@Command(
        name = "simulate-live",
        description = {
            "Publish the facts of a simulated fleet whose faults come and go, until SIGTERM: one more fault begins with every step,"
                    + " each lasts two steps.",
            "Reads MESHDIAG_BOOTSTRAP_SERVERS, MESHDIAG_SCHEMA_REGISTRY_URL and MESHDIAG_TOPIC_PREFIX. The topics must be there."
        })
final class SimulateLiveCommand implements Callable<Integer> {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    @ParentCommand
    private Meshdiag meshdiag;

    @Parameters(
            arity = "0..1",
            paramLabel = "SCENARIO",
            defaultValue = "live",
            description = "Name of a bundled scenario, or a scenario file. Default: ${DEFAULT-VALUE}.")
    private String scenario;

    @Option(
            names = "--step",
            paramLabel = "DURATION",
            defaultValue = "PT2M",
            description =
                    "Until the next fault begins; rules want to see a fault for one to two minutes. Default: ${DEFAULT-VALUE}.")
    private Duration step;

    @Option(
            names = "--interval",
            paramLabel = "DURATION",
            defaultValue = "PT10S",
            description = "Between heartbeats. Default: ${DEFAULT-VALUE}.")
    private Duration interval;

    @Override
    public Integer call() throws Exception {
        ProcessorConfig config = Services.configuration(() -> ProcessorConfig.from(meshdiag.environment()));
        if (interval.toSeconds() < 1 || step.compareTo(interval) < 0) {
            throw new BadInputException(
                    "--interval must be at least a second, and --step at least as long as --interval");
        }
        String mesh = Scenarios.find(scenario, null).mesh();
        meshdiag.logAsService();
        Set<FactKey> before = PublishedKeys.read(
                config.kafkaClient(), config.topics(), key -> key.mesh().equals(mesh));
        Map<String, Object> clients = new HashMap<>(config.kafkaClient());
        clients.putAll(config.registryClient());
        Shutdown shutdown = new Shutdown(STOP_WITHIN);
        try (KafkaFactPublisher publisher = KafkaFactPublisher.open(clients, config.topics())) {
            shutdown.onSignal(() -> {});
            LiveFleet fleet = new LiveFleet(
                    time -> Scenarios.find(scenario, time),
                    new LiveCollector(publisher, "simulated", before, interval),
                    step);
            do {
                fleet.tick(Instant.now());
            } while (!shutdown.await(interval));
            return 0;
        } finally {
            shutdown.finished();
        }
    }
}
