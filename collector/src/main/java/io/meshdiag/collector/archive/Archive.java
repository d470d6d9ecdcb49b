package io.meshdiag.collector.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** A bug report as a sequence of files. It can be read several times, in the same order each time; nothing is ever unpacked to disk. */
public interface Archive {
    /**
     * One file.
     *
     * @param path relative, with {@code /}, as the archive has it: a name, never to be opened
     * @param modified when the tool wrote it
     */
    record Entry(String path, Instant modified) {}

    /** Takes one file; need not read it to its end. */
    @FunctionalInterface
    interface Visitor {
        void visit(Entry entry, InputStream content) throws IOException;
    }

    /** Where the archive is. */
    Path path();

    /**
     * Shows every file to the visitor.
     *
     * @return why the reading ended early (damage, a limit); empty when all was read
     */
    Optional<String> forEach(Visitor visitor);

    /**
     * Opens a folder or a .tar.gz.
     *
     * @throws ArchiveException when there is nothing of the kind at this path
     */
    static Archive open(Path path, ArchiveLimits limits) throws ArchiveException {
        if (!Files.exists(path)) {
            throw new ArchiveException(
                    path + " does not exist; give a folder or a .tar.gz made by `istioctl bug-report`");
        }
        return Files.isDirectory(path) ? new FolderArchive(path, limits) : TarGzArchive.open(path, limits);
    }
}
