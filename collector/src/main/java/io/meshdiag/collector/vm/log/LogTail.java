package io.meshdiag.collector.vm.log;

import io.meshdiag.collector.vm.read.Root;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Optional;

/**
 * What was written to a log file since the last reading. A file that was renamed (logrotate) is read to its end under its new name first; one that was cut
 * (copytruncate) is read from its beginning. A line that is not finished yet waits for its end. Not thread-safe.
 */
final class LogTail {
    private static final int HEAD = 1024;
    /** Longer than this a line without its end is not waited for. */
    private static final int MAX_LINE = 64 << 10;

    private static final int MAX_SIBLINGS = 1_000;

    private final Root root;
    private final String path;
    private final int maxBytes;

    /** @param maxBytes of one reading: of more, the newest */
    LogTail(Root root, String path, int maxBytes) {
        this.root = root;
        this.path = path;
        this.maxBytes = maxBytes;
    }

    /**
     * What one reading gave.
     *
     * @param rotated end of the file that has another name by now, whole lines; empty when there is none
     * @param lines whole lines of the file itself
     * @param skipped bytes that were left out, because there was too much
     * @param place where the next reading begins
     */
    @SuppressWarnings("ArrayRecordComponent") // readings are not compared
    record Piece(byte[] rotated, byte[] lines, long skipped, Place place) {}

    /**
     * Reads on.
     *
     * @param before where the last reading ended; empty = never read: begins with the newest
     */
    Piece read(Optional<Place> before) throws UnreadException {
        byte[] rotated = new byte[0];
        try (SeekableByteChannel file = root.channel(path)) {
            String key = key(path);
            boolean same = before.isPresent() && before.get().file().equals(key) && unchanged(before.get(), file);
            if (!same && before.isPresent()) {
                rotated = rotated(before.get(), key);
            }
            long from = same ? before.get().offset() : 0;
            long skipped = Math.max(0, file.size() - from - maxBytes);
            byte[] bytes = read(file, from + skipped, (int) Math.min(maxBytes, file.size() - from - skipped));
            int begin = skipped > 0 ? lineAfter(bytes, 0) : 0;
            int end = wholeLines(bytes);
            // The first look at a file is no loss, however long the file is.
            return new Piece(
                    rotated,
                    Arrays.copyOfRange(bytes, Math.min(begin, end), end),
                    before.isPresent() ? skipped : 0,
                    place(key, file, from + skipped + end));
        } catch (UnreadException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadException(SourceState.UNREADABLE, path + " could not be read; it is tried again");
        }
    }

    private String key(String of) throws UnreadException {
        Object key = root.attributes(of).fileKey();
        return key == null ? "" : key.toString();
    }

    private static boolean unchanged(Place before, SeekableByteChannel file) throws IOException {
        return file.size() >= before.offset() && head(file, before.headLength()).equals(before.head());
    }

    private static Place place(String key, SeekableByteChannel file, long offset) throws IOException {
        int length = (int) Math.min(HEAD, offset);
        return new Place(key, offset, length, head(file, length));
    }

    private static String head(SeekableByteChannel file, int length) throws IOException {
        return Digests.sha256Hex(read(file, 0, length)).substring(0, 32);
    }

    private static byte[] read(SeekableByteChannel file, long from, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.position(from);
        while (bytes.hasRemaining() && file.read(bytes) >= 0) {
            // Until it is full, or the file ends.
        }
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** The rest of the file that was read before, under the name that it has now: {@code istio.log.1}, {@code istio.log-20260822}. */
    private byte[] rotated(Place before, String now) throws IOException {
        if (before.file().isEmpty() || before.file().equals(now)) {
            return new byte[0];
        }
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        String name = path.substring(folder.length());
        for (String sibling : root.names(folder, MAX_SIBLINGS)) {
            boolean candidate = sibling.startsWith(name) && !sibling.equals(name);
            if (candidate && key(folder + sibling).equals(before.file())) {
                try (SeekableByteChannel file = root.channel(folder + sibling)) {
                    if (!unchanged(before, file)) {
                        return new byte[0];
                    }
                    long from = Math.max(before.offset(), file.size() - maxBytes);
                    byte[] rest = read(file, from, (int) Math.min(maxBytes, file.size() - from));
                    // Nobody writes to it any more: a last line without an end is whole.
                    return from > before.offset() ? Arrays.copyOfRange(rest, lineAfter(rest, 0), rest.length) : rest;
                }
            }
        }
        return new byte[0];
    }

    private static int lineAfter(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return Math.min(bytes.length, at + 1);
    }

    private static int wholeLines(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return bytes.length - end > MAX_LINE ? bytes.length : end;
    }
}
