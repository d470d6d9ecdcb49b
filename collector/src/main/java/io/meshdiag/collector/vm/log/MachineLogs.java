package io.meshdiag.collector.vm.log;

import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.log.SignalWindow;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.vm.log.LogTail.Piece;
import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of a machine's agent as one LogSignals of component vm-agent: its files and the journal of its unit. Every line counts once, also across
 * restarts of the collector. Not thread-safe.
 */
public final class MachineLogs {
    /** Names in the coverage. */
    public static final String FILES = "vm/log";

    public static final String JOURNAL = "vm/journal";
    /** Component of the signals. */
    public static final String COMPONENT = "vm-agent";
    /** Source of the heartbeat that says whether the place in the logs can be kept; only there when it cannot. */
    private static final String STATE = "collector/state";

    private static final Logger LOGGER = LoggerFactory.getLogger(MachineLogs.class);

    private final Map<String, LogTail> files = new TreeMap<>();
    private final Journal journal;
    private final SignalWindow window;
    private final Duration length;
    private final Optional<Path> stateFile;
    private final Map<String, String> places;
    private boolean saved = true;

    /**
     * What is read, and how much of it.
     *
     * @param files absolute paths
     * @param unit of systemd
     * @param window how long a signal is told after its line
     * @param maxBytes of one reading of one log
     * @param within time for one journalctl
     */
    public record Bounds(List<String> files, String unit, Duration window, int maxBytes, Duration within) {}

    /**
     * @param namespace of the machine
     * @param vm name of the machine
     * @param stateFile where the place is kept; empty = it is not
     */
    public MachineLogs(Machine machine, Bounds bounds, String namespace, String vm, Optional<Path> stateFile) {
        bounds.files().forEach(path -> files.put(path, new LogTail(machine.files(), path, bounds.maxBytes())));
        this.journal = Journal.of(machine, bounds);
        this.window = new SignalWindow(COMPONENT, namespace, vm, bounds.window());
        this.length = bounds.window();
        this.stateFile = stateFile;
        LogState state = stateFile.map(LogState::load).orElse(LogState.EMPTY);
        this.places = new TreeMap<>(state.places());
        state.counts().forEach(window::restore);
    }

    /** Reads what is new. What cannot be read is on the board, and is read later from the same place. */
    public void read(Instant now, SourceBoard board) {
        board.expect(FILES, files.keySet());
        files.forEach((path, tail) -> {
            try {
                Optional<Place> before = Optional.ofNullable(places.get(path)).flatMap(Place::parse);
                Piece piece = tail.read(before);
                count(piece.rotated(), now);
                count(piece.lines(), now);
                move(path, piece.place().written());
                board.read(FILES, path, now);
                if (piece.skipped() > 0) {
                    board.failed(
                            FILES,
                            path,
                            SourceState.PARTIAL,
                            piece.skipped() + " bytes were left out: more was written than is read in one go");
                }
            } catch (UnreadException e) {
                board.failed(FILES, path, e.state(), e.getMessage());
            }
        });
        try {
            Journal.Piece piece = journal.read(Optional.ofNullable(places.get(JOURNAL)), now.minus(length));
            count(piece.lines(), now);
            piece.cursor().ifPresent(cursor -> move(JOURNAL, cursor));
            board.read(JOURNAL, "", now);
        } catch (UnreadException e) {
            board.failed(JOURNAL, "", e.state(), Journal.remedy(e));
        }
    }

    private void count(byte[] lines, Instant now) {
        try {
            window.read(new ByteArrayInputStream(lines), now);
        } catch (IOException e) {
            throw new UncheckedIOException("reading memory does not fail", e);
        }
    }

    private void move(String source, String place) {
        saved &= place.equals(places.put(source, place));
    }

    /** What the logs said during the window. */
    public LogSignals signals(Origin origin) {
        return window.signals(origin);
    }

    /** Keeps the place, where it moved since the last time. */
    public void save(Origin origin, SourceBoard board) {
        if (saved || stateFile.isEmpty()) {
            return;
        }
        try {
            new LogState(places, window.content(origin)).save(stateFile.get());
            saved = true;
            if (board.failures(STATE) > 0) {
                board.read(STATE, "", origin.observedAt());
            }
        } catch (IOException e) {
            if (board.failures(STATE) == 0) {
                LOGGER.atWarn()
                        .addKeyValue("file", stateFile.get())
                        .addKeyValue("reason", e.getClass().getSimpleName())
                        .log("the place in the logs cannot be kept");
            }
            board.failed(
                    STATE,
                    "",
                    SourceState.PARTIAL,
                    "the place in the logs cannot be kept in " + stateFile.get() + " ("
                            + e.getClass().getSimpleName()
                            + "): after a restart of the collector, lines of the last " + length
                            + " count again; give it a directory that it may write to (--state)");
        }
    }
}
