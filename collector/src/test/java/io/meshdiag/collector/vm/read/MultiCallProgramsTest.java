package io.meshdiag.collector.vm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** iptables-save is a link to /etc/alternatives, that one to xtables-nft-multi, and that program does what its name says. */
@Timeout(60)
class MultiCallProgramsTest {
    @TempDir
    private Path dir;

    @BeforeEach
    void install() throws IOException {
        Path program = dir.resolve("usr/sbin/xtables-multi");
        Files.createDirectories(program.getParent());
        Files.createDirectories(dir.resolve("etc/alternatives"));
        Files.writeString(program, "#!/bin/sh\nbasename \"$0\"\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private void link(String from, String to) throws IOException {
        Files.createSymbolicLink(dir.resolve(from), Path.of(to));
    }

    private static String run(Path root, String command) throws IOException {
        try (InputStream output =
                new SystemCommands(new Root(root)).run(List.of(command), 1 << 20, Duration.ofSeconds(20))) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void areStartedUnderTheNameThatWasAskedFor() throws Exception {
        link("usr/sbin/iptables-save", "../../etc/alternatives/iptables-save");
        link("etc/alternatives/iptables-save", "../../usr/sbin/xtables-multi");

        assertThat(run(dir, "iptables-save")).isEqualTo("iptables-save\n");
    }

    @Test
    void areFoundInAFolderThatIsALink() throws Exception {
        link("sbin", "usr/sbin");
        Files.delete(dir.resolve("usr/sbin/xtables-multi"));
        Files.writeString(dir.resolve("usr/sbin/other"), "#!/bin/sh\nbasename \"$0\"\n");
        Files.setPosixFilePermissions(dir.resolve("usr/sbin/other"), PosixFilePermissions.fromString("rwxr-xr-x"));
        link("usr/sbin/nft", "other");

        assertThat(run(dir, "nft")).isEqualTo("nft\n");
    }

    /** An absolute link of another machine means another file there than here. */
    @Test
    void ofAnotherRootAreNotLookedForInThisOne() throws Exception {
        link("usr/sbin/sh", "/usr/sbin/xtables-multi");

        assertThat(run(dir, "sh")).isEqualTo("xtables-multi\n");
    }

    @Test
    void workOnThisMachine() throws Exception {
        assumeTrue(Files.isSymbolicLink(Path.of("/usr/sbin/iptables-save")), "no iptables here");
        assumeTrue("root".equals(System.getProperty("user.name")), "rules are shown to root alone");

        assertThat(run(Path.of("/"), "iptables-save")).doesNotContain("Usage").matches("(?s)(?:#.*|\\*.*)?");
    }
}
