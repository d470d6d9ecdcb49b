package io.meshdiag.collector.archive;

import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.Look;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.schema.Digests;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One run of archive mode: publishes the facts of all archives, and only when they are stored one heartbeat per cluster or machine, which says how many
 * subjects there are and how many clusters belong to this look. A reader thereby knows when it has seen everything.
 */
public final class ArchiveCollector {
    private static final String COLLECTOR = "archive";

    private final FactPublisher publisher;
    private final ArchiveFacts facts;

    public ArchiveCollector(FactPublisher publisher, ArchiveOptions options, CollectProgress progress) {
        this.publisher = publisher;
        this.facts = new ArchiveFacts(options, progress);
    }

    /**
     * Collects archives, one cluster each. Of two archives of one cluster the newer is read.
     *
     * @return a report per archive, in the order given
     * @throws ArchiveException when an input is no archive; nothing is published then
     * @throws io.meshdiag.collector.publish.PublishException when facts could not be delivered
     */
    public List<ArchiveReport> collect(List<Path> paths) throws ArchiveException {
        List<ArchiveReport> reports = facts.read(paths, publisher);
        publisher.flush();
        heartbeats(reports.stream().filter(r -> r.supersededBy() == null).toList());
        publisher.flush();
        return reports;
    }

    private void heartbeats(List<ArchiveReport> reports) {
        Map<String, Integer> clustersOfMesh = new HashMap<>();
        reports.forEach(r -> clustersOfMesh.merge(r.identity().meshId(), 1, Integer::sum));
        String look = lookId(reports);
        for (ArchiveReport report : reports) {
            ClusterIdentity identity = report.identity();
            publisher.publish(Digests.stamp(Heartbeat.newBuilder()
                    .setHeader(identity.origin().header())
                    .setCollector(identity.vm() == null ? COLLECTOR : "vm-" + identity.vm())
                    .setVersion(version())
                    .setMode(identity.vm() == null ? CollectorMode.ARCHIVE : CollectorMode.VM)
                    .setIntervalSeconds(0)
                    .setSources(report.coverage())
                    .setSubjects(report.facts().entrySet().stream()
                            .map(e -> NamedCount.newBuilder()
                                    .setName(e.getKey())
                                    .setValue(e.getValue())
                                    .build())
                            .toList())
                    .setLook(Look.newBuilder()
                            .setId(look)
                            .setClusters(clustersOfMesh.get(identity.meshId()))
                            .build())
                    .build()));
        }
    }

    /** Depends on the archives alone, so that a run that is repeated is the same look. */
    private static String lookId(List<ArchiveReport> reports) {
        String clusters = reports.stream()
                .map(r -> r.identity().meshId() + "/" + r.identity().clusterId() + "@"
                        + r.identity().clusterUid() + "/" + r.identity().observedAt())
                .sorted()
                .collect(Collectors.joining("\n"));
        return Digests.sha256Hex(clusters.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
    }

    /** Version of this collector; "development" when run from classes. */
    public static String version() {
        String version = ArchiveCollector.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
