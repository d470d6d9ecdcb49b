package io.meshdiag.collector.archive;

/**
 * Bounds that end the reading of a hostile archive.
 *
 * @param maxBytes bytes of all files together, unpacked
 * @param maxRatio unpacked to packed bytes, judged from 100 MiB on; text packs at most about 1:100
 * @param maxEntries files
 */
public record ArchiveLimits(long maxBytes, int maxRatio, int maxEntries) {
    /** 20 GiB, 1:500, one million files: about ten times the largest bug report that was seen. */
    public static final ArchiveLimits DEFAULT = new ArchiveLimits(20L << 30, 500, 1_000_000);

    public ArchiveLimits {
        if (maxBytes <= 0 || maxRatio <= 0 || maxEntries <= 0) {
            throw new IllegalArgumentException("limits of an archive must be positive");
        }
    }
}
