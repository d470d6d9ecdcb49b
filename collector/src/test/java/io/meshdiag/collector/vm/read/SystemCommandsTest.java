package io.meshdiag.collector.vm.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.SourceState;
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

@Timeout(60)
class SystemCommandsTest {
    @TempDir
    private Path dir;

    private Commands commands;

    @BeforeEach
    void open() {
        commands = new SystemCommands(new Root(dir));
    }

    private void script(String name, String lines) throws IOException {
        Path file = dir.resolve("usr/sbin/" + name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + lines);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String run(String... command) throws IOException {
        try (InputStream output = commands.run(List.of(command), 1_000, Duration.ofSeconds(20))) {
            return new String(output.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private UnreadException failure(Duration within, String... command) throws IOException {
        try (InputStream output = commands.run(List.of(command), 1_000, within)) {
            output.readAllBytes();
            throw new AssertionError("it ended well");
        } catch (UnreadException e) {
            return e;
        }
    }

    @Test
    void callsAProgramByTheNameThatItIsAskedFor() throws Exception {
        // Like xtables-nft-multi, which iptables-save and ip6tables-save are links to.
        script("multi", "basename \"$0\"\n");
        Files.createSymbolicLink(dir.resolve("usr/sbin/iptables-save"), Path.of("multi"));

        assertThat(run("iptables-save")).isEqualTo("iptables-save\n");
    }

    @Test
    void givesWhatAProgramPrintsInEnglishAndWithNothingOfOurEnvironment() throws Exception {
        script("tool", "echo \"$1 $LC_ALL $HOME\"\n");

        assertThat(run("tool", "--flag")).isEqualTo("--flag C \n");
    }

    @Test
    void aMachineWithoutTheProgramSaysSo() throws Exception {
        UnreadException failure = failure(Duration.ofSeconds(20), "nft");

        assertThat(failure.state()).isEqualTo(SourceState.MISSING);
        assertThat(failure).hasMessage("the machine has no command nft");
    }

    @Test
    void aRefusalIsForbidden() throws Exception {
        script("iptables-save", "echo 'Permission denied (you must be root)' >&2; exit 4\n");

        assertThat(failure(Duration.ofSeconds(20), "iptables-save").state()).isEqualTo(SourceState.FORBIDDEN);
    }

    @Test
    void aJournalThatHidesRecordsIsForbiddenThoughItEndsWell() throws Exception {
        script(
                "journalctl",
                "echo 'Hint: You are currently not seeing messages from other users and the system.' >&2\n");

        assertThat(failure(Duration.ofSeconds(20), "journalctl").state()).isEqualTo(SourceState.FORBIDDEN);
    }

    @Test
    void withoutSystemdThereIsNothingToAsk() throws Exception {
        script("systemctl", "echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1\n");

        assertThat(failure(Duration.ofSeconds(20), "systemctl").state()).isEqualTo(SourceState.MISSING);
    }

    @Test
    void wordsOfAProgramThatFailsAreNotPassedOn() throws Exception {
        script("tool", "echo 'password=hunter2' >&2; exit 7\n");

        assertThat(failure(Duration.ofSeconds(20), "tool")).hasMessage("tool failed with exit code 7");
    }

    @Test
    void aProgramThatHangsIsEndedWithItsChildren() throws Exception {
        script("tool", "sleep 300\n");

        UnreadException failure = failure(Duration.ofMillis(300), "tool");

        assertThat(failure.state()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(failure).hasMessageContaining("did not end");
    }

    @Test
    void aProgramThatNeverStopsPrintingIsEnded() throws Exception {
        script("tool", "while :; do echo more; done\n");

        assertThat(failure(Duration.ofSeconds(20), "tool").state()).isEqualTo(SourceState.PARTIAL);
    }
}
