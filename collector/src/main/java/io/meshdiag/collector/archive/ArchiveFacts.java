package io.meshdiag.collector.archive;

import io.meshdiag.collector.publish.FactReceiver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The facts that archives hold, without heartbeats: those say what the facts add up to, and who says so is for the caller to know. */
public final class ArchiveFacts {
    private final ArchiveOptions options;
    private final CollectProgress progress;

    public ArchiveFacts(ArchiveOptions options, CollectProgress progress) {
        this.options = options;
        this.progress = progress;
    }

    /** An archive with its cluster. */
    private record Identified(int position, Archive archive, ClusterIdentity identity) {}

    /**
     * Reads archives, one cluster or machine each. Of two archives of one cluster the newer is read.
     *
     * @return a report per archive, in the order given
     * @throws ArchiveException when an input is no archive; nothing is told then
     * @throws io.meshdiag.collector.publish.PublishException when facts could not be delivered
     */
    public List<ArchiveReport> read(List<Path> paths, FactReceiver receiver) throws ArchiveException {
        if (options.clusterId() != null && paths.size() > 1) {
            throw new ArchiveException("--cluster names one cluster; give one archive with it");
        }
        List<Identified> all = new ArrayList<>();
        for (Path path : paths) {
            Archive archive = Archive.open(path, options.limits());
            ClusterIdentity identity = IdentityReader.identify(archive, options);
            progress.identified(path, identity);
            all.add(new Identified(all.size(), archive, identity));
        }
        Map<String, Identified> newest = newestPerCluster(all);
        List<ArchiveReport> reports = new ArrayList<>();
        for (Identified one : all) {
            Identified chosen = newest.get(one.identity().sameness());
            ArchiveReport report = chosen.position() == one.position()
                    ? read(one, receiver)
                    : ArchiveReport.superseded(
                            one.archive().path(),
                            one.identity(),
                            chosen.archive().path());
            reports.add(report);
            progress.done(report);
        }
        return List.copyOf(reports);
    }

    private ArchiveReport read(Identified one, FactReceiver receiver) {
        return one.identity().vm() == null
                ? new ArchiveReader(one.archive(), one.identity(), receiver, progress).read()
                : new CaptureFiles(one.archive(), one.identity(), options, progress).read(receiver);
    }

    private static Map<String, Identified> newestPerCluster(List<Identified> all) {
        Map<String, Identified> newest = new LinkedHashMap<>();
        for (Identified one : all) {
            newest.merge(
                    one.identity().sameness(),
                    one,
                    (a, b) -> b.identity().observedAt().isAfter(a.identity().observedAt()) ? b : a);
        }
        return newest;
    }
}
