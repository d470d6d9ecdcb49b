package io.meshdiag.collector.archive;

import io.meshdiag.collector.archive.ArchiveLayout.Page;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.kubernetes.KubernetesFacts;
import io.meshdiag.collector.publish.FactReceiver;
import io.meshdiag.collector.publish.PublishException;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;

/** Second pass over one archive: its facts. A page that cannot be read costs its own facts only. */
final class ArchiveReader {
    private final Archive archive;
    private final ClusterIdentity identity;
    private final CollectProgress progress;
    private final Origin origin;
    private final PageReaders readers;
    private final CountedFacts facts;
    private final Coverage coverage = new Coverage();
    private final LimitedStream.Meter meter = new LimitedStream.Meter(Long.MAX_VALUE);

    ArchiveReader(Archive archive, ClusterIdentity identity, FactReceiver receiver, CollectProgress progress) {
        this.archive = archive;
        this.identity = identity;
        this.progress = progress;
        this.origin = identity.origin();
        this.readers = new PageReaders(
                new KubernetesFacts(origin, identity.clusterIdSource()), origin, identity.istioVersion());
        this.facts = new CountedFacts(receiver);
    }

    /** Publishes all facts of the archive, without waiting for their delivery. */
    ArchiveReport read() {
        long started = System.nanoTime();
        Optional<String> endedEarly = archive.forEach(this::file);
        readers.finish(facts);
        if (readers.kubernetes().sawNamespaces()) {
            // istioctl before 1.30 asks for namespaced and cluster-scoped objects in one go and writes one page.
            coverage.held(ArchiveLayout.CLUSTER_RESOURCES, ArchiveLayout.RESOURCES);
        }
        coverage.add("archive", endedEarly.isEmpty() ? SourceState.OK : SourceState.PARTIAL, endedEarly.orElse(""));
        if (facts.refused() > 0) {
            coverage.add(
                    "facts",
                    SourceState.PARTIAL,
                    facts.refused() + " fact(s) not published: larger than a Kafka record may be; first "
                            + facts.firstRefused());
        }
        return new ArchiveReport(
                archive.path(),
                identity,
                facts.byKind(),
                coverage.sources(identity.observedAt()),
                meter.bytes(),
                Duration.ofNanos(System.nanoTime() - started),
                null);
    }

    private void file(Archive.Entry entry, InputStream content) throws IOException {
        coverage.seen(entry.path());
        Optional<Page> page = ArchiveLayout.page(entry.path());
        if (page.isPresent()) {
            progress.page(archive.path(), entry.path(), meter.bytes());
            parse(page.get(), new LimitedStream(content, meter));
        }
    }

    private void parse(Page page, InputStream content) throws IOException {
        long before = facts.accepted();
        try {
            Origin seen = origin.seenBy(page.observer(), page.row().readAt());
            page.open(readers).parse(content, seen, facts);
            coverage.read(page);
        } catch (UnreadablePageException e) {
            coverage.failed(page, e.getMessage(), facts.accepted() > before);
        } catch (PublishException e) {
            throw e;
        } catch (RuntimeException e) {
            // The page is hostile or the parser has a bug; its text could be anything, so only the class is told.
            coverage.failed(page, "not readable (" + e.getClass().getSimpleName() + ")", facts.accepted() > before);
        } catch (IOException e) {
            coverage.failed(page, "the archive ends inside this page", facts.accepted() > before);
            throw e;
        }
    }
}
