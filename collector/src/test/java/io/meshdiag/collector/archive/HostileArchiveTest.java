package io.meshdiag.collector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.ClusterProfile;
import io.meshdiag.fact.SourceCoverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileArchiveTest {
    private static final String UID = "0a1b2c3d-0000-4000-8000-000000000001";

    @TempDir
    private Path dir;

    private final RecordedFacts facts = new RecordedFacts();

    @Test
    void namesThatLeadOutOfTheArchiveAreNeitherOpenedNorWritten() throws Exception {
        Path inside = Files.createDirectory(dir.resolve("inside"));
        Path tar = BugReport.of("east", UID)
                .with("../../cluster/nodes", "apiVersion: v1\nkind: Node\nmetadata: {name: escaped}\n")
                .with("bug-report/cluster/../../../etc/cluster/nodes", "kind: Node\nmetadata: {name: escaped}\n")
                .packed(inside.resolve("hostile.tar.gz"));

        collect(tar, ArchiveLimits.DEFAULT);

        assertThat(facts.one(ClusterProfile.class).getNodes()).isEqualTo(1);
        try (Stream<Path> files = Files.walk(dir)) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(tar);
        }
    }

    @Test
    void linksAreNotFollowed() throws Exception {
        Path secret = Files.writeString(dir.resolve("outside.yaml"), "kind: Node\nmetadata: {name: from-outside}\n");
        BugReport report = BugReport.of("east", UID).withLink("bug-report/cluster/nodes", secret.toString());

        collect(report.folder(dir.resolve("folder")), ArchiveLimits.DEFAULT);
        collect(report.packed(dir.resolve("packed.tar.gz")), ArchiveLimits.DEFAULT);

        assertThat(facts.only(ClusterProfile.class)).hasSize(2).allSatisfy(p -> assertThat(p.getNodes())
                .isEqualTo(1));
    }

    @Test
    void aBombIsReadUpToTheLimitOnly() throws Exception {
        Path tar = BugReport.of("east", UID)
                .with("bug-report/cluster/zzz", "0".repeat(5_000_000))
                .packed(dir.resolve("bomb.tar.gz"));

        ArchiveReport report = collect(tar, new ArchiveLimits(1_000_000, 500, 1000));

        assertThat(archive(report).getDetail()).contains("more than 1000000 bytes");
        assertThat(facts.only(ClusterProfile.class)).hasSize(1);
    }

    @Test
    void tooManyFilesEndTheReading() throws Exception {
        BugReport report = BugReport.of("east", UID);
        for (int i = 0; i < 50; i++) {
            report.with("bug-report/proxies/shop/p" + i + "/listeners", "x");
        }

        ArchiveReport read = collect(report.packed(dir.resolve("many.tar.gz")), new ArchiveLimits(1L << 30, 500, 20));

        assertThat(archive(read).getDetail()).contains("more than 20 files");
    }

    @Test
    void controlCharactersInNamesDoNotReachTheFacts() throws IOException, ArchiveException {
        BugReport report = BugReport.of("east", UID)
                .with(
                        "bug-report/cluster/nodes",
                        "apiVersion: v1\nkind: Node\nmetadata: {name: \"a\\e[31mred\\u202e\", labels:"
                                + " {topology.kubernetes.io/region: \"x\\e]0;title\\a\"}}\n");

        collect(report.folder(dir), ArchiveLimits.DEFAULT);

        assertThat(facts.one(ClusterProfile.class).getRegions().toString()).doesNotContain("\u001b", "\u0007");
    }

    private ArchiveReport collect(Path archive, ArchiveLimits limits) throws ArchiveException {
        return new ArchiveCollector(facts, new ArchiveOptions(null, null, limits), CollectProgress.NONE)
                .collect(List.of(archive))
                .get(0);
    }

    private static SourceCoverage archive(ArchiveReport report) {
        return report.coverage().stream()
                .filter(c -> c.getSource().equals("archive"))
                .findFirst()
                .orElseThrow();
    }
}
