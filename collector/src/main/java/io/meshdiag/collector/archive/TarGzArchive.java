package io.meshdiag.collector.archive;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A bug report as the tool packs it. Links, devices and other special entries are passed over. */
final class TarGzArchive implements Archive {
    private static final long RATIO_FROM = 100L << 20;
    private static final int BUFFER = 1 << 16;

    private final Path file;
    private final ArchiveLimits limits;

    private TarGzArchive(Path file, ArchiveLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    static TarGzArchive open(Path file, ArchiveLimits limits) throws ArchiveException {
        try (InputStream in = Files.newInputStream(file)) {
            if (in.read() != 0x1f || in.read() != 0x8b) {
                throw new ArchiveException(
                        file + " is not gzip; give a folder or a .tar.gz made by `istioctl bug-report`");
            }
        } catch (IOException e) {
            throw new ArchiveException(file + " cannot be read: " + e.getMessage(), e);
        }
        return new TarGzArchive(file, limits);
    }

    @Override
    public Path path() {
        return file;
    }

    @Override
    public Optional<String> forEach(Visitor visitor) {
        try (InputStream packed = Files.newInputStream(file);
                Counting counted = new Counting(new BufferedInputStream(packed, BUFFER));
                GZIPInputStream unpacked = new GZIPInputStream(counted, BUFFER);
                Bounded bounded = new Bounded(unpacked, counted, limits);
                TarArchiveInputStream tar = new TarArchiveInputStream(bounded)) {
            int entries = 0;
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (++entries > limits.maxEntries()) {
                    return Optional.of("more than " + limits.maxEntries() + " files; the rest was not read");
                }
                if (entry.isFile() && !entry.isLink() && !entry.isSymbolicLink()) {
                    Instant modified = entry.getLastModifiedTime().toInstant();
                    visitor.visit(new Entry(entry.getName(), modified), new Unclosed(tar));
                }
            }
            return Optional.empty();
        } catch (LimitedStream.LimitException e) {
            return Optional.of(e.getMessage());
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of(
                    "the archive ends early or is damaged (" + e.getClass().getSimpleName()
                            + "); what stands before the damage was read, make the bug report again for the rest");
        }
    }

    /** Parsers close what they read; the tar goes on. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public void close() {}
    }

    /** Counts packed bytes. */
    private static final class Counting extends FilterInputStream {
        private long bytes;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            bytes += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            bytes += Math.max(0, n);
            return n;
        }
    }

    /** Stops a decompression bomb, also inside an entry that nobody reads. */
    private static final class Bounded extends FilterInputStream {
        private final Counting packed;
        private final ArchiveLimits limits;
        private long bytes;

        Bounded(InputStream in, Counting packed, ArchiveLimits limits) {
            super(in);
            this.packed = packed;
            this.limits = limits;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int n = super.read(buffer, offset, length);
            bytes += Math.max(0, n);
            if (bytes > limits.maxBytes()) {
                throw new LimitedStream.LimitException(
                        "more than " + limits.maxBytes() + " bytes unpacked; the rest was not read");
            }
            if (bytes > RATIO_FROM && bytes / Math.max(1, packed.bytes) > limits.maxRatio()) {
                throw new LimitedStream.LimitException(
                        "packed more than 1:" + limits.maxRatio() + ", which no bug report is; the rest was not read");
            }
            return n;
        }

        @Override
        public long skip(long n) throws IOException {
            byte[] scratch = new byte[(int) Math.min(BUFFER, Math.max(1, n))];
            int read = read(scratch, 0, (int) Math.min(scratch.length, n));
            return Math.max(0, read);
        }
    }
}
