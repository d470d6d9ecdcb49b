package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SystemdUnitTest {
    private static SystemdUnit parse(String page) throws Exception {
        return SystemdUnit.parse(stream(page));
    }

    @Test
    void readsAUnitThatRuns() throws Exception {
        SystemdUnit unit = parse("""
                Result=success
                NRestarts=2
                ExecMainStartTimestamp=@1763719200
                ExecMainStartTimestampMonotonic=86400123456
                ExecMainCode=0
                ExecMainStatus=0
                LoadState=loaded
                ActiveState=active
                SubState=running
                """);

        assertThat(unit)
                .isEqualTo(new SystemdUnit(
                        true,
                        "active",
                        "running",
                        "success",
                        2,
                        null,
                        Instant.parse("2025-11-21T10:00:00Z"),
                        Duration.ofDays(1)));
    }

    @Test
    void readsWhyAUnitFailed() throws Exception {
        SystemdUnit unit = parse("""
                Result=exit-code
                NRestarts=7
                ExecMainStartTimestamp=@1763719200
                ExecMainStartTimestampMonotonic=86400123456
                ExecMainCode=1
                ExecMainStatus=255
                LoadState=loaded
                ActiveState=activating
                SubState=auto-restart
                """);

        assertThat(unit.activeState()).isEqualTo("activating");
        assertThat(unit.subState()).isEqualTo("auto-restart");
        assertThat(unit.result()).isEqualTo("exit-code");
        assertThat(unit.exitStatus()).isEqualTo(255);
        assertThat(unit.restarts()).isEqualTo(7);
    }

    /** systemctl prints the state of a unit that it never heard of, too. */
    @Test
    void saysThatThereIsNoSuchUnit() throws Exception {
        SystemdUnit unit = parse("""
                Result=success
                NRestarts=0
                ExecMainStartTimestamp=
                ExecMainStartTimestampMonotonic=0
                ExecMainCode=0
                ExecMainStatus=0
                LoadState=not-found
                ActiveState=inactive
                SubState=dead
                """);

        assertThat(unit.found()).isFalse();
        assertThat(unit.startedAfterBoot()).isNull();
    }

    @Test
    void takesTimesOfAnyLocaleFromTheClockThatCountsFromTheBoot() throws Exception {
        SystemdUnit german = parse("""
                LoadState=loaded
                ActiveState=active
                SubState=running
                ExecMainStartTimestamp=Fr 2025-11-21 11:00:00 MEZ
                ExecMainStartTimestampMonotonic=61000000
                """);

        assertThat(german.startedAt()).isNull();
        assertThat(german.startedAfterBoot()).isEqualTo(Duration.ofSeconds(61));
    }

    /** systemd 219 (CentOS 7) counts no restarts. */
    @Test
    void leavesOutWhatAnOldSystemdDoesNotPrint() throws Exception {
        SystemdUnit old =
                parse("LoadState=loaded\nActiveState=failed\nSubState=failed\nExecMainCode=2\nExecMainStatus=9\n");

        assertThat(old.restarts()).isNull();
        assertThat(old.result()).isNull();
        assertThat(old.exitStatus()).isEqualTo(9);
    }

    @Test
    void passesOverValuesThatAreNoNumbers() throws Exception {
        SystemdUnit unit = parse(
                "ActiveState=active\nNRestarts=[not set]\nExecMainStartTimestampMonotonic=18446744073709551615\n");

        assertThat(unit.restarts()).isNull();
        assertThat(unit.startedAfterBoot()).isNull();
    }

    @Test
    void refusesAPageWithoutState() {
        assertThatThrownBy(
                        () -> parse("System has not been booted with systemd as init system (PID 1). Can't operate.\n"))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessageStartingWith(
                        "systemctl did not print the state of the unit; it begins: System has not been");
        assertThatThrownBy(() -> parse(""))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("systemctl printed nothing");
    }

    @Test
    void readsHalfALineAsNone() throws Exception {
        assertThat(parse("LoadState=loaded\nActiveState=active\nSubSt").subState())
                .isNull();
    }
}
