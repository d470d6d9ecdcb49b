package io.meshdiag.collector.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An unpacked bug report. Symbolic links are passed over: they could lead out of the folder. */
final class FolderArchive implements Archive {
    private final Path folder;
    private final ArchiveLimits limits;

    FolderArchive(Path folder, ArchiveLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    @Override
    public Path path() {
        return folder;
    }

    @Override
    public Optional<String> forEach(Visitor visitor) {
        List<Path> files = new ArrayList<>();
        String stopped = list(files);
        files.sort(null);
        LimitedStream.Meter meter = new LimitedStream.Meter(limits.maxBytes());
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                Instant modified = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                String name = folder.relativize(file).toString().replace('\\', '/');
                visitor.visit(new Entry(name, modified), new LimitedStream(in, meter));
            } catch (LimitedStream.LimitException e) {
                return Optional.of(e.getMessage());
            } catch (IOException e) {
                stopped = "a file could not be read: " + folder.relativize(file) + " ("
                        + e.getClass().getSimpleName() + ")";
            }
        }
        return Optional.ofNullable(stopped);
    }

    /** Returns what kept it from listing all; null when all is listed. */
    private String list(List<Path> files) {
        String[] stopped = new String[1];
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (files.size() >= limits.maxEntries()) {
                        stopped[0] = "more than " + limits.maxEntries() + " files; the rest was not read";
                        return FileVisitResult.TERMINATE;
                    }
                    if (attributes.isRegularFile()) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    stopped[0] = "a file could not be read: " + folder.relativize(file);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            stopped[0] = "the folder could not be listed: " + e.getClass().getSimpleName();
        }
        return stopped[0];
    }
}
