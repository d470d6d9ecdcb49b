package io.meshdiag.collector.archive;

import java.nio.file.Path;

/** Told while archives are read; called from the reading thread. */
public interface CollectProgress {
    /** Nobody is interested. */
    CollectProgress NONE = new CollectProgress() {};

    /** It is known which cluster an archive is of. */
    default void identified(Path archive, ClusterIdentity identity) {}

    /** A page is about to be read; bytes so far, unpacked. */
    default void page(Path archive, String page, long bytes) {}

    /** An archive was read to its end. */
    default void done(ArchiveReport report) {}
}
