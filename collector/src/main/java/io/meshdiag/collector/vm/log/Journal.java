package io.meshdiag.collector.vm.log;

import io.meshdiag.collector.extract.log.JournalLines;
import io.meshdiag.collector.vm.log.MachineLogs.Bounds;
import io.meshdiag.collector.vm.read.Commands;
import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The journal of one unit, from where the last reading ended: systemd gives each record a cursor. */
final class Journal {
    /** Of more records since the last reading, the newest. */
    private static final int MAX_RECORDS = 2_000;

    private final Commands commands;
    private final String unit;
    private final int maxBytes;
    private final Duration within;

    private Journal(Commands commands, String unit, int maxBytes, Duration within) {
        this.commands = commands;
        this.unit = unit;
        this.maxBytes = maxBytes;
        this.within = within;
    }

    static Journal of(Machine machine, Bounds bounds) {
        return new Journal(machine.commands(), bounds.unit(), 4 * bounds.maxBytes(), bounds.within());
    }

    /** Why it could not be read, and what to do. */
    static String remedy(UnreadException failure) {
        return failure.state() == SourceState.FORBIDDEN
                ? failure.getMessage()
                        + "; add the collector's user to the group systemd-journal (SupplementaryGroups=)"
                : failure.getMessage();
    }

    /**
     * What one reading gave.
     *
     * @param lines in Istio's format
     * @param cursor of the last record; the one before when there was no record
     */
    @SuppressWarnings("ArrayRecordComponent") // readings are not compared
    record Piece(byte[] lines, Optional<String> cursor) {}

    /**
     * Reads on.
     *
     * @param since from when on where there is no cursor, or systemd does not know it any more because the journal was cleaned up
     */
    Piece read(Optional<String> cursor, Instant since) throws UnreadException {
        if (cursor.isPresent()) {
            try {
                return read(List.of("--after-cursor=" + cursor.get()), cursor);
            } catch (UnreadException e) {
                if (e.state() != SourceState.UNREADABLE) {
                    throw e;
                }
            }
        }
        return read(List.of("--since=@" + since.getEpochSecond()), Optional.empty());
    }

    private Piece read(List<String> from, Optional<String> before) throws UnreadException {
        List<String> command = List.of(
                "journalctl", "-u", unit, "-o", "json", "--no-pager", "-n", String.valueOf(MAX_RECORDS), from.get(0));
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        try (InputStream output = commands.run(command, maxBytes, within)) {
            String last =
                    JournalLines.read(output, line -> lines.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8)));
            return new Piece(lines.toByteArray(), last == null ? before : Optional.of(last));
        } catch (UnreadException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadException(SourceState.UNREADABLE, "journalctl ended early; it is tried again");
        }
    }
}
