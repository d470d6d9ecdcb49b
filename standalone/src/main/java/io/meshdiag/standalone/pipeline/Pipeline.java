package io.meshdiag.standalone.pipeline;

import io.meshdiag.collector.archive.Archive;
import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.ArchiveReport;
import io.meshdiag.collector.publish.KafkaFactPublisher;
import io.meshdiag.fact.SourceState;
import io.meshdiag.finding.DeadLetter;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.PipelineCounters;
import io.meshdiag.processor.ProcessorApp;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.processor.rules.RuleSettings;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.registry.RegistryConfig;
import io.meshdiag.schema.Topics;
import io.meshdiag.standalone.broker.EmbeddedKafka;
import io.meshdiag.standalone.broker.Folders;
import io.meshdiag.standalone.report.Diagnosis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run from archives to findings, over a broker that is there: topics and consumer group carry the run's name, so that several runs may share
 * the broker.
 */
public final class Pipeline {
    private static final Logger LOGGER = LoggerFactory.getLogger(Pipeline.class);
    private static final int DEAD_LETTERS_LOGGED = 5;

    private final String bootstrapServers;
    private final ProcessorConfig config;
    private final Catalogue rules;
    private final Progress progress;

    /** With every rule as it is by itself. */
    public Pipeline(String bootstrapServers, String run, Path stateDir, Progress progress) {
        this(bootstrapServers, run, stateDir, Catalogue.configured(RuleSettings.NONE), progress);
    }

    /**
     * @param run first part of the names of topics and of the consumer group
     * @param stateDir local state of the stores
     */
    public Pipeline(String bootstrapServers, String run, Path stateDir, Catalogue rules, Progress progress) {
        this.bootstrapServers = bootstrapServers;
        this.rules = rules;
        this.config = config(bootstrapServers, run, stateDir);
        this.progress = progress;
    }

    /**
     * Everything, broker and temporary folders included, in one call.
     *
     * @throws ArchiveException when an input is no archive
     * @throws IOException when there is no room for temporary files
     */
    public static Diagnosis diagnose(List<Path> archives, ArchiveOptions options, Catalogue rules, Progress progress)
            throws ArchiveException, IOException, InterruptedException {
        // A typing mistake should not cost the start of a broker.
        for (Path archive : archives) {
            Archive.open(archive, options.limits());
        }
        progress.phase("Starting Kafka");
        Path stateDir = Files.createTempDirectory("meshdiag-state-");
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            Diagnosis diagnosis = new Pipeline(kafka.bootstrapServers(), "meshdiag", stateDir, rules, progress)
                    .run(archives, options);
            progress.phase("Stopping Kafka");
            return diagnosis;
        } finally {
            Folders.delete(stateDir);
            progress.done();
        }
    }

    /** Collects the archives, waits until nothing flows any more, and reads the findings. */
    public Diagnosis run(List<Path> archives, ArchiveOptions options) throws ArchiveException, InterruptedException {
        PipelineCounters counters = new PipelineCounters();
        List<ArchiveReport> reports;
        long sent;
        long refused;
        progress.phase("Starting the processor");
        try (ProcessorApp processor = processor(counters)) {
            processor.start();
            progress.phase("Reading archives");
            try (CountingPublisher publisher = publisher()) {
                reports = new ArchiveCollector(publisher, options, new ArchiveProgress(archives.size(), progress))
                        .collect(archives);
                sent = publisher.sent();
                refused = publisher.refused();
            }
            progress.phase("Correlating");
            new Quiescence(counters, processor::state, progress).await(sent);
            // Closing commits the last transaction; only then are its findings there for readers of committed records.
            progress.phase("Stopping the processor");
        }
        progress.phase("Reading findings");
        logDeadLetters(counters.deadLetters());
        return new Diagnosis(
                reports.stream()
                        .filter(r -> r.supersededBy() == null)
                        .map(Pipeline::look)
                        .toList(),
                findings(),
                sent,
                counters.deadLetters(),
                Stream.concat(
                                Notes.of(reports, refused, counters.deadLetters(), counters.detectorFailures())
                                        .stream(),
                                Notes.over(reports, rules.silences()).stream())
                        .toList());
    }

    /** A processor of this run, to be started; another one after it goes on where the first was. */
    ProcessorApp processor(PipelineCounters counters) {
        return new ProcessorApp(config, rules, counters);
    }

    CountingPublisher publisher() {
        return new CountingPublisher(KafkaFactPublisher.open(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        RegistryConfig.URL,
                        config.registryUrl()),
                config.topics()));
    }

    /** The latest revision of every finding that was committed by now. */
    List<Finding> findings() {
        return List.copyOf(reader().latest(config.topics().name(Topics.FINDINGS), Finding.class)
                .values());
    }

    private TopicReader reader() {
        return new TopicReader(bootstrapServers, config.registryUrl()).awaitingCommits();
    }

    private void logDeadLetters(long count) {
        if (count == 0) {
            return;
        }
        reader().latest(config.topics().name(Topics.DEAD_LETTERS), DeadLetter.class).entrySet().stream()
                .limit(DEAD_LETTERS_LOGGED)
                .forEach(e -> LOGGER.atWarn()
                        .addKeyValue("key", e.getKey())
                        .addKeyValue("topic", e.getValue().getTopic())
                        .addKeyValue("reason", e.getValue().getReason())
                        .addKeyValue("detail", e.getValue().getDetail())
                        .log("a record could not be read"));
    }

    private static Diagnosis.ClusterLook look(ArchiveReport report) {
        return new Diagnosis.ClusterLook(
                report.path().toString(),
                report.identity().meshId(),
                report.identity().clusterId(),
                report.identity().vm(),
                report.identity().observedAt(),
                report.coverage().stream()
                        .filter(source -> source.getState() != SourceState.OK)
                        .toList());
    }

    private static ProcessorConfig config(String bootstrapServers, String run, Path stateDir) {
        int threads = Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));
        return new ProcessorConfig(
                bootstrapServers,
                "memory://" + run,
                run + ".",
                run,
                threads,
                threads,
                0,
                // A single look: results are read once, at the end.
                Duration.ofMillis(500),
                stateDir,
                Duration.ofMillis(200),
                Duration.ofDays(30),
                128,
                Optional.empty(),
                // Streams creates its internal topics and writes to them at once, see TopicSetup: with one batch under
                // way at a
                // time nothing can overtake the first.
                Map.of("producer.max.in.flight.requests.per.connection", "1"));
    }
}
