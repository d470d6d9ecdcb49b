package io.meshdiag.collector.live;

import io.meshdiag.collector.archive.ArchiveCollector;
import io.meshdiag.collector.archive.ArchiveException;
import io.meshdiag.collector.archive.ArchiveFacts;
import io.meshdiag.collector.archive.ArchiveOptions;
import io.meshdiag.collector.archive.ArchiveReport;
import io.meshdiag.collector.archive.CollectProgress;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.NamedCount;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.Facts;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells clusters as they are now, look by look: what changed, what is gone, and after that a heartbeat per cluster. What a cluster looks like is
 * taken from files as "istioctl bug-report" writes them. Not thread-safe.
 */
public final class LiveCollector {
    /** After this time everything is told again. */
    public static final Duration REFRESH = Duration.ofMinutes(10);

    private final FactPublisher publisher;
    private final Book book;
    private final String name;
    private final Duration interval;
    /** By cluster: sources that were readable in any look. */
    private final Map<String, Set<String>> readable = new HashMap<>();

    private List<ArchiveReport> latest = List.of();
    private Instant lookedAt = Instant.EPOCH;

    /**
     * @param name instance of the collector, part of its heartbeats' keys
     * @param before keys that a collector before this one left on the topics
     * @param interval between heartbeats, at least a second
     */
    public LiveCollector(FactPublisher publisher, String name, Collection<FactKey> before, Duration interval) {
        this.publisher = publisher;
        this.book = new Book(publisher, REFRESH);
        book.inherit(before);
        this.name = name;
        this.interval = interval;
    }

    /**
     * Looks at all clusters. A cluster that an earlier look showed and this one does not is left as it is: it falls silent.
     *
     * @param archives the newest of each cluster
     * @throws ArchiveException when one is no archive; nothing is published then
     * @throws io.meshdiag.collector.publish.PublishException when facts could not be delivered
     */
    public void look(List<Path> archives, Instant now) throws ArchiveException {
        // Known when the look is complete.
        Set<String> whole = new HashSet<>();
        Book.Look look = book.look(key -> whole.contains(key.clusterKey()));
        List<ArchiveReport> reports = new ArchiveFacts(ArchiveOptions.DEFAULT, CollectProgress.NONE)
                .read(archives, fact -> {
                    // As of the time of the look; the hash does not cover the time.
                    Facts.header(fact).setObservedAt(now);
                    return look.tell(fact);
                });
        latest = reports.stream().filter(r -> r.supersededBy() == null).toList();
        lookedAt = now;
        // What a source does not show because it could not be read is not gone.
        latest.stream()
                .filter(this::asReadableAsEver)
                .map(LiveCollector::clusterKey)
                .forEach(whole::add);
        look.complete();
        publisher.flush();
        heartbeats(now);
    }

    /** Says that the clusters are still as they were. */
    public void heartbeats(Instant now) {
        for (ArchiveReport report : latest) {
            FactHeader header = report.identity().origin().header();
            header.setObservedAt(now);
            publisher.publish(Digests.stamp(Heartbeat.newBuilder()
                    .setHeader(header)
                    .setCollector(name)
                    .setVersion(ArchiveCollector.version())
                    .setMode(CollectorMode.CLUSTER)
                    .setIntervalSeconds((int) interval.toSeconds())
                    .setSources(sources(report))
                    .setSubjects(report.facts().entrySet().stream()
                            .map(e -> NamedCount.newBuilder()
                                    .setName(e.getKey())
                                    .setValue(e.getValue())
                                    .build())
                            .toList())
                    .setLook(null)
                    .build()));
        }
        publisher.flush();
    }

    /** Fresh as of the look, whatever the files say of their own age. */
    private List<SourceCoverage> sources(ArchiveReport report) {
        List<SourceCoverage> sources = new ArrayList<>();
        for (SourceCoverage source : report.coverage()) {
            sources.add(SourceCoverage.newBuilder(source)
                    .setFreshAt(source.getFreshAt() == null ? null : lookedAt)
                    .build());
        }
        return sources;
    }

    private boolean asReadableAsEver(ArchiveReport report) {
        Set<String> now = report.coverage().stream()
                .filter(source -> source.getState() == SourceState.OK)
                .map(SourceCoverage::getSource)
                .collect(Collectors.toSet());
        Set<String> ever = readable.computeIfAbsent(clusterKey(report), key -> new HashSet<>());
        ever.addAll(now);
        return now.equals(ever);
    }

    private static String clusterKey(ArchiveReport report) {
        var identity = report.identity();
        return FactKey.escape(identity.meshId()) + "/"
                + FactKey.escape(FactKey.clusterSegment(identity.clusterId(), identity.clusterUid()));
    }
}
