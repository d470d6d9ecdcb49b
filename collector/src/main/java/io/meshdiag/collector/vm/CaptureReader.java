package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.log.SignalWindow;
import io.meshdiag.collector.extract.vm.MachineIdentity;
import io.meshdiag.collector.extract.vm.VmFacts;
import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.vm.CaptureLabel.Unread;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.config.VmConfigReader;
import io.meshdiag.collector.vm.log.LogReading;
import io.meshdiag.collector.vm.log.MachineLogs;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the files of a capture in any order: first those that say which machine it is of, then, given again, all the others. Whoever has the archive opens
 * them; here is only what they say.
 */
public final class CaptureReader {
    private static final VmConfig DEFAULTS = VmConfigReader.read(Map.of(), Map.of(), null, false);
    private static final String LOG = ".log";
    /** A capture holds what is to count: nothing in it is too old. */
    private static final Duration ALL = Duration.ofDays(3_650);

    private final Parts parts = new Parts();
    private final SourceBoard board = new SourceBoard();
    private final List<Page> settings = VmLayout.settings(DEFAULTS);
    private final List<Page> looks = VmLayout.looks(DEFAULTS);
    private final List<Page> all =
            Stream.concat(settings.stream(), looks.stream()).toList();
    private final Set<String> seen = new HashSet<>();
    private CaptureLabel label;
    private SignalWindow logs;

    /** How the files are spelled, in the same way for those of the table and those of the archive. */
    @FunctionalInterface
    public interface Spelling {
        String of(String file);
    }

    private final Spelling spelling;
    private final String meshId;
    private final String clusterId;

    /**
     * @param spelling of names in the folder {@link VmCapture#FOLDER}
     * @param meshId in place of what the capture says; null to believe it
     * @param clusterId likewise
     */
    public CaptureReader(Spelling spelling, String meshId, String clusterId) {
        this.spelling = spelling;
        this.meshId = meshId;
        this.clusterId = clusterId;
        Looks.expect(all, board);
        board.expect(MachineLogs.FILES, Set.of());
        board.expect(MachineLogs.JOURNAL, Set.of());
    }

    /**
     * First pass: takes in what says which machine it is of.
     *
     * @param name of the file in its folder, as the archive spells it
     */
    public void identify(String name, InputStream content) throws IOException {
        if (name.equals(spelling.of(CaptureLabel.FILE))) {
            try {
                label = CaptureLabel.read(content);
            } catch (UnreadablePageException e) {
                board.failed("archive", CaptureLabel.FILE, SourceState.UNREADABLE, e.getMessage());
            }
            return;
        }
        for (Page page : settings) {
            if (name.equals(spelling.of(page.file()))) {
                seen.add(page.file());
                page.read(() -> content, Instant.EPOCH, parts, board);
            }
        }
    }

    /** Which machine it is of; empty when no label was found, or none that can be read. */
    public Optional<MachineIdentity> identity() {
        return Optional.ofNullable(label)
                .map(known -> known.identity(parts.settings(), parts.config))
                .map(machine -> new MachineIdentity(
                        machine.hostName(),
                        machine.namespace(),
                        clusterId == null ? machine.clusterId() : clusterId,
                        meshId == null ? machine.meshId() : meshId,
                        machine.machineUid()));
    }

    /** When the capture was made; only when there is an identity. */
    public Instant capturedAt() {
        return label.capturedAt();
    }

    /** Second pass: takes in all other pages; true when the file is one. */
    public boolean read(String name, InputStream content) throws IOException {
        parts.identified(identity().orElseThrow());
        for (Page page : looks) {
            if (name.equals(spelling.of(page.file()))) {
                seen.add(page.file());
                page.read(() -> content, capturedAt(), parts, board);
                return true;
            }
        }
        boolean log = name.endsWith(LOG);
        if (log) {
            window().read(content, capturedAt());
            board.read(LogReading.source(name), name, capturedAt());
        }
        return log;
    }

    private SignalWindow window() {
        MachineIdentity machine = identity().orElseThrow();
        logs = logs == null
                ? new SignalWindow(MachineLogs.COMPONENT, machine.namespace(), machine.hostName(), ALL)
                : logs;
        return logs;
    }

    /** Gives the facts of what was read. To be called once, after the second pass. */
    public void finish(FactSink facts) {
        MachineIdentity machine = identity().orElseThrow();
        parts.identified(machine);
        absent();
        label.unread().forEach(this::unread);
        VmFacts.publish(parts.reading(label.bootedAt(), label.addresses()), capturedAt(), facts);
        facts.accept(window().signals(machine.origin(capturedAt(), "vm:log")));
    }

    private void absent() {
        for (Page page : all) {
            if (seen.contains(page.file())) {
                // The settings were read before it was known as of when.
                if (board.state(page.source(), page.file()) == SourceState.OK) {
                    board.read(page.source(), page.file(), capturedAt());
                }
            } else if (page.optional()) {
                board.read(page.source(), page.file(), capturedAt());
            } else {
                board.failed(page.source(), page.file(), SourceState.MISSING, "not in the capture");
            }
        }
    }

    /** What could not be read on the machine is told as it was found there. */
    private void unread(Unread one) {
        if (one.source().startsWith("vm/")) {
            board.failed(one.source(), one.file(), one.state(), one.detail());
        }
        for (Page page : looks) {
            if (page.file().equals(one.file()) && !seen.contains(page.file())) {
                page.absent().accept(parts, one.state());
            }
        }
    }

    /** How well each source could be read. */
    public List<SourceCoverage> coverage() {
        return board.coverage();
    }
}
