package io.meshdiag.collector.vm.log;

import io.meshdiag.collector.vm.log.MachineLogs.Bounds;
import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.collector.vm.read.UnreadException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of a machine's logs, to be read once and without a place.
 *
 * @param source name in the coverage
 * @param file in a capture
 */
public record LogReading(String source, String file, Newest log) {
    private static final String JOURNAL_FILE = "journal.log";

    /** Reads the newest whole lines. */
    @FunctionalInterface
    interface Newest {
        byte[] read(Instant from) throws UnreadException;
    }

    /** The logs that {@link MachineLogs} follows. */
    public static List<LogReading> all(Machine machine, Bounds bounds) {
        List<LogReading> all = new ArrayList<>();
        for (String path : bounds.files()) {
            LogTail tail = new LogTail(machine.files(), path, bounds.maxBytes());
            all.add(new LogReading(
                    MachineLogs.FILES, path.substring(path.lastIndexOf('/') + 1), from -> tail.read(Optional.empty())
                            .lines()));
        }
        Journal journal = Journal.of(machine, bounds);
        all.add(new LogReading(MachineLogs.JOURNAL, JOURNAL_FILE, from -> journal.read(Optional.empty(), from)
                .lines()));
        return all;
    }

    /** Source of a file of a capture. */
    public static String source(String file) {
        return file.equals(JOURNAL_FILE) ? MachineLogs.JOURNAL : MachineLogs.FILES;
    }

    /**
     * The newest lines.
     *
     * @param from older ones need not be given
     */
    public byte[] newest(Instant from) throws UnreadException {
        return log.read(from);
    }

    /** Why it could not be read, and what to do. */
    public String remedy(UnreadException failure) {
        return source.equals(MachineLogs.JOURNAL) ? Journal.remedy(failure) : failure.getMessage();
    }
}
