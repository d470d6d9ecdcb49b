package io.meshdiag.collector.archive;

import io.meshdiag.fact.SourceCoverage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What became of one archive.
 *
 * @param facts subjects published, by kind (FactKind.segment), sorted
 * @param coverage how well each source could be read
 * @param bytes read of its files, unpacked
 * @param supersededBy the newer archive of the same cluster, because of which nothing was read of this one; null when it was read
 */
public record ArchiveReport(
        Path path,
        ClusterIdentity identity,
        Map<String, Long> facts,
        List<SourceCoverage> coverage,
        long bytes,
        Duration duration,
        Path supersededBy) {
    public ArchiveReport {
        coverage = List.copyOf(coverage);
    }

    static ArchiveReport superseded(Path path, ClusterIdentity identity, Path by) {
        return new ArchiveReport(path, identity, Map.of(), List.of(), 0, Duration.ZERO, by);
    }
}
