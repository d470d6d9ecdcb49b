package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.log.LogExcerpt;
import io.meshdiag.collector.vm.CaptureLabel.Unread;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.log.LogReading;
import io.meshdiag.collector.vm.log.MachineLogs;
import io.meshdiag.collector.vm.read.Machine;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.SourceState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Writes what can be read of a machine into a folder that archive mode reads as it reads the machine, for machines without a way to Kafka: nothing in it is
 * more than facts need, see {@link Copies}.
 */
public final class VmCapture {
    /** Folder in the capture, by which archive mode knows it. */
    public static final String FOLDER = "vm";

    private final VmConfig config;
    private final Machine machine;
    private final Consumer<String> progress;
    private final List<Unread> unread = new ArrayList<>();
    private int files;
    private long bytes;

    private VmCapture(VmConfig config, Machine machine, Consumer<String> progress) {
        this.config = config;
        this.machine = machine;
        this.progress = progress;
    }

    /**
     * What a capture holds.
     *
     * @param unread one line for each page that could not be read, with what to do
     */
    public record Report(Path folder, String vm, int files, long bytes, List<String> unread) {}

    /**
     * Captures the machine as it is now.
     *
     * @param folder does not exist yet, or is empty
     * @param progress told the name of each page before it is read
     * @throws IOException when the folder is not empty, or cannot be written
     */
    public static Report write(VmConfig config, Machine machine, Path folder, Instant now, Consumer<String> progress)
            throws IOException {
        return new VmCapture(config, machine, progress).write(folder, now);
    }

    private Report write(Path folder, Instant now) throws IOException {
        prepare(folder);
        Path into = Files.createDirectories(folder.resolve(FOLDER));
        Host host = Host.of(machine.files());
        Parts parts = new Parts();
        for (Page page : VmLayout.settings(config)) {
            page.use(() -> page.live().open(machine), in -> page.parser().read(in, now, parts));
            copy(page, parts, into);
        }
        for (Page page : VmLayout.looks(config)) {
            copy(page, parts, into);
        }
        logs(now, into);
        var identity = host.identity(parts.settings(), parts.config);
        CaptureLabel label = new CaptureLabel(
                host.hostName(), identity.machineUid(), host.bootedAt(), host.addresses(), now, List.copyOf(unread));
        // Last: a capture that was broken off has none, and is not taken for a whole one.
        Files.write(into.resolve(CaptureLabel.FILE), label.written());
        files++;
        return new Report(
                folder,
                identity.vm(),
                files,
                bytes,
                unread.stream()
                        .map(one -> one.source() + " (" + one.file() + "): " + one.detail())
                        .toList());
    }

    private static void prepare(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> content = Files.list(folder)) {
            if (content.findAny().isPresent()) {
                throw new IOException(folder + " is not empty; give a folder that does not exist yet");
            }
        }
        if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(
                    folder,
                    Set.of(
                            PosixFilePermission.OWNER_READ,
                            PosixFilePermission.OWNER_WRITE,
                            PosixFilePermission.OWNER_EXECUTE));
        }
    }

    private void copy(Page page, Parts parts, Path into) throws IOException {
        progress.accept(page.file());
        Path file = into.resolve(page.file());
        UnreadException failure;
        try (OutputStream out = Files.newOutputStream(file)) {
            failure =
                    page.use(() -> page.live().open(machine), in -> page.copy().write(in, parts, out));
        }
        written(file, failure == null);
        if (failure != null && !(page.optional() && failure.state() == SourceState.MISSING)) {
            unread.add(new Unread(page.source(), page.file(), failure.state(), failure.getMessage()));
        }
    }

    /** A page of which nothing came is not in the capture; of one that ended early, the beginning is. */
    private void written(Path file, boolean whole) throws IOException {
        long size = Files.size(file);
        if (size == 0 && !whole) {
            Files.delete(file);
        } else {
            files++;
            bytes += size;
        }
    }

    private void logs(Instant now, Path into) throws IOException {
        Instant from = now.minus(config.logs().window());
        for (LogReading log : LogReading.all(machine, VmSurroundings.logBounds(config))) {
            progress.accept(log.file());
            Path file = into.resolve(log.file());
            boolean read = false;
            try (InputStream lines = new ByteArrayInputStream(log.newest(from));
                    OutputStream out = Files.newOutputStream(file)) {
                LogExcerpt.copy(MachineLogs.COMPONENT, lines, from, out);
                read = true;
            } catch (UnreadException e) {
                unread.add(new Unread(log.source(), log.file(), e.state(), log.remedy(e)));
            }
            if (read) {
                written(file, true);
            }
        }
    }
}
