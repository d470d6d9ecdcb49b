package io.meshdiag.standalone.pipeline;

import io.meshdiag.collector.archive.ArchiveReport;
import io.meshdiag.collector.archive.CollectProgress;
import java.nio.file.Path;
import java.util.Locale;

/** Archives read so far, as text. */
final class ArchiveProgress implements CollectProgress {
    private static final long MEBIBYTE = 1024 * 1024;

    private final int archives;
    private final Progress progress;
    private int finished;
    private long bytes;

    ArchiveProgress(int archives, Progress progress) {
        this.archives = archives;
        this.progress = progress;
    }

    @Override
    public void page(Path archive, String page, long bytesOfArchive) {
        tell(bytes + bytesOfArchive);
    }

    @Override
    public void done(ArchiveReport report) {
        finished++;
        bytes += report.bytes();
        tell(bytes);
    }

    private void tell(long soFar) {
        progress.detail(String.format(Locale.ROOT, "%d of %d archives, %,d MiB", finished, archives, soFar / MEBIBYTE));
    }
}
