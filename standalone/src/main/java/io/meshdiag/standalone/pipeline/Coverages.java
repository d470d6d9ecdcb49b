package io.meshdiag.standalone.pipeline;

import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.processor.ProcessorConfig;
import io.meshdiag.schema.FactKind;
import io.meshdiag.standalone.report.ClusterCoverage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What collectors can see: as they say it in Kafka, or as archives show it. */
public final class Coverages {
    private Coverages() {}

    /**
     * Of everything that publishes to a deployment.
     *
     * @throws org.apache.kafka.common.KafkaException when Kafka cannot be reached, or the topic is not there
     */
    public static List<ClusterCoverage> ofDeployment(ProcessorConfig config, Instant now) {
        return new TopicReader(config.kafkaClient(), config.registryClient())
                .latest(config.topics().name(FactKind.HEARTBEAT.topic()), Heartbeat.class).values().stream()
                        .map(heartbeat -> ClusterCoverage.of(heartbeat, now))
                        .toList();
    }

    /**
     * Of archives, which are read as for a diagnosis.
     *
     * @throws ArchiveException when an input is no archive
     */
    public static List<ClusterCoverage> ofArchives(List<Path> archives) throws ArchiveException {
        return new ArchiveCollector(new FactsTaken(fact -> {}), ArchiveOptions.DEFAULT, CollectProgress.NONE)
                .collect(archives).stream()
                        .filter(report -> report.supersededBy() == null)
                        .map(report -> new ClusterCoverage(
                                report.identity().meshId(),
                                report.identity().clusterId(),
                                report.identity().vm() == null
                                        ? ""
                                        : report.identity().vm(),
                                report.path().toString(),
                                report.identity().observedAt(),
                                report.identity().observedAt(),
                                Duration.ZERO,
                                report.coverage()))
                        .toList();
    }
}
