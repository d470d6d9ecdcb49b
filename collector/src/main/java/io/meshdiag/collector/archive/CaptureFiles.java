package io.meshdiag.collector.archive;

import io.meshdiag.collector.publish.FactReceiver;
import io.meshdiag.collector.vm.CaptureReader;
import io.meshdiag.collector.vm.VmCapture;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An archive that is the capture of a virtual machine. */
final class CaptureFiles {
    private static final String FOLDER = VmCapture.FOLDER + "/";

    private final Archive archive;
    private final ClusterIdentity identity;
    private final CaptureReader reader;
    private final CollectProgress progress;
    private final LimitedStream.Meter meter = new LimitedStream.Meter(Long.MAX_VALUE);

    CaptureFiles(Archive archive, ClusterIdentity identity, ArchiveOptions options, CollectProgress progress) {
        this.archive = archive;
        this.identity = identity;
        this.reader = reader(options);
        this.progress = progress;
    }

    static CaptureReader reader(ArchiveOptions options) {
        return new CaptureReader(
                file -> PagePath.canonical(FOLDER + file).substring(FOLDER.length()),
                options.meshId(),
                options.clusterId());
    }

    /** Name of a capture's file in its folder; empty when the file is of something else. */
    static Optional<String> name(String canonical) {
        return canonical.startsWith(FOLDER) ? Optional.of(canonical.substring(FOLDER.length())) : Optional.empty();
    }

    /** Publishes all facts of the capture, without waiting for their delivery. */
    ArchiveReport read(FactReceiver receiver) {
        long started = System.nanoTime();
        CountedFacts facts = new CountedFacts(receiver);
        archive.forEach((entry, content) -> file(entry, content, reader::identify));
        Optional<String> endedEarly = archive.forEach((entry, content) -> {
            progress.page(archive.path(), entry.path(), meter.bytes());
            file(entry, content, reader::read);
        });
        reader.finish(facts);
        List<SourceCoverage> coverage = new ArrayList<>(reader.coverage());
        coverage.add(SourceCoverage.newBuilder()
                .setSource("archive")
                .setState(endedEarly.isEmpty() ? SourceState.OK : SourceState.PARTIAL)
                .setDetail(endedEarly.orElse(""))
                .setRead(endedEarly.isEmpty() ? 1 : 0)
                .setExpected(1)
                .build());
        return new ArchiveReport(
                archive.path(),
                identity,
                facts.byKind(),
                coverage,
                meter.bytes(),
                Duration.ofNanos(System.nanoTime() - started),
                null);
    }

    private interface Reading {
        void of(String name, InputStream content) throws IOException;
    }

    private void file(Archive.Entry entry, InputStream content, Reading reading) throws IOException {
        Optional<String> name = name(PagePath.canonical(entry.path()));
        if (name.isPresent()) {
            reading.of(name.get(), new LimitedStream(content, meter));
        }
    }
}
