package io.meshdiag.simulator;

import io.meshdiag.simulator.artifact.Archive;
import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.artifact.vm.Capture;
import io.meshdiag.simulator.fleet.Addressing;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Vm;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes a scenario as the archives that "istioctl bug-report" would have made, one per cluster. */
public final class BugReportWriter {
    private final boolean packed;

    /** Writes folders. */
    public BugReportWriter() {
        this(false);
    }

    private BugReportWriter(boolean packed) {
        this.packed = packed;
    }

    /** Writes one .tar.gz per cluster in place of a folder. */
    public static BugReportWriter packed() {
        return new BugReportWriter(true);
    }

    /**
     * Writes all clusters, and a capture of each virtual machine.
     *
     * @param outDir is created when it is not there; per cluster it gets {@code <name>/bug-report/} or
     *     {@code <name>.tar.gz}, per machine {@code <cluster>.<machine>/vm/} or {@code <cluster>.<machine>.tar.gz}
     * @return what was written, in the scenario's order, first the clusters: the folder that holds bug-report or vm, or the file
     */
    public List<Path> write(Scenario scenario, Path outDir) throws IOException {
        return write(scenario, Addressing.PRIVATE, outDir);
    }

    /** The same with other addresses, for example those of a fleet that is served. */
    public List<Path> write(Scenario scenario, Addressing addressing, Path outDir) throws IOException {
        Fleet fleet = scenario.fleet(addressing);
        List<Path> archives = new ArrayList<>();
        for (Cluster cluster : fleet.clusters().values()) {
            Path folder = outDir.resolve(cluster.name());
            writeFolder(Archive.of(fleet, cluster), folder.resolve("bug-report"), scenario.time());
            archives.add(packed ? Tarball.pack(folder) : folder);
        }
        for (Cluster cluster : fleet.clusters().values()) {
            for (Vm vm : cluster.vms()) {
                Path folder = outDir.resolve(cluster.name() + "." + vm.id());
                writeFolder(Capture.of(fleet, cluster, vm), folder, scenario.time());
                archives.add(packed ? Tarball.pack(folder) : folder);
            }
        }
        return archives;
    }

    private static void writeFolder(List<Artifact> artifacts, Path folder, Instant time) throws IOException {
        for (Artifact artifact : artifacts) {
            Path file = folder.resolve(artifact.path());
            Files.createDirectories(file.getParent());
            try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                artifact.writeTo(out);
            }
            // The real tool writes no empty files.
            if (Files.size(file) == 0) {
                Files.delete(file);
            } else {
                // Nothing else in an archive says when it was taken.
                Files.setLastModifiedTime(file, FileTime.from(time));
            }
        }
    }
}
