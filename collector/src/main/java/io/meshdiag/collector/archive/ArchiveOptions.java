package io.meshdiag.collector.archive;

/**
 * What the user says about the archives of a run.
 *
 * @param meshId overrides the mesh that the archives name; null to believe them
 * @param clusterId overrides the cluster that the archive names, only for a run with one archive; null to believe it
 * @param limits bounds of reading
 */
public record ArchiveOptions(String meshId, String clusterId, ArchiveLimits limits) {
    /** Believe the archives, sane limits. */
    public static final ArchiveOptions DEFAULT = new ArchiveOptions(null, null, ArchiveLimits.DEFAULT);
}
