package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static io.meshdiag.fact.RedirectionState.ABSENT;
import static io.meshdiag.fact.RedirectionState.PRESENT;
import static io.meshdiag.fact.RedirectionState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshdiag.collector.extract.log.JournalLines;
import io.meshdiag.collector.extract.vm.PrivateMachine.Output;
import io.meshdiag.fact.Redirection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the commands of this machine really print: iptables of both backends, systemd, its journal. Skipped where they cannot be run in private. */
class RealCommandsIT {
    private static Redirection judge(String page) throws Exception {
        List<Redirection> judged = IptablesPage.parse(stream(page), 4);
        assertThat(judged).hasSize(1);
        return judged.get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void iptablesPrintsRulesThatAreReadAsTheyWereWritten(String backend) throws Exception {
        assumeTrue(PrivateMachine.has("/usr/sbin/iptables-" + backend + "-save"), "no iptables here");
        String nat = Rules.WHOLE.substring(Rules.WHOLE.indexOf("*nat"));

        Output saved = PrivateMachine.run("""
                iptables-%1$s-restore <<'RULES'
                %2$sRULES
                iptables-%1$s-save -c""".formatted(backend, nat));

        assumeTrue(saved.whole(), "this kernel does not know the backend");
        assertThat(saved.text()).contains("-A ISTIO_REDIRECT");
        assertThat(judge(saved.text())).isEqualTo(judge(Rules.WHOLE));
        assertThat(judge(saved.text()).getOutbound()).isEqualTo(PRESENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void iptablesPrintsNothingOfAPacketFilterThatWasNeverUsed(String backend) throws Exception {
        assumeTrue(PrivateMachine.has("/usr/sbin/iptables-" + backend + "-save"), "no iptables here");

        Output saved = PrivateMachine.run("iptables-" + backend + "-save");

        assertThat(saved.exit()).isZero();
        assertThat(judge(saved.text()).getInbound()).isEqualTo(ABSENT);
    }

    /** Istio may have chosen the other backend than the one that the command without a name shows. */
    @Test
    void iptablesWarnsOfRulesThatItDoesNotShow() throws Exception {
        assumeTrue(PrivateMachine.has("/usr/sbin/iptables-nft-save", "/usr/sbin/iptables-legacy"), "no iptables here");

        Output warned = PrivateMachine.run("iptables-legacy -t nat -N ISTIO_OUTPUT\niptables-nft-save 2>&1");

        assumeTrue(warned.whole(), "this kernel does not know both backends");
        assertThat(judge(warned.text()).getOutbound()).isEqualTo(UNKNOWN);
    }

    private static SystemdUnit show(String unit, String prepare) throws Exception {
        assumeTrue(PrivateMachine.has("/lib/systemd/systemd", "/usr/bin/systemctl"), "no systemd here");
        Output shown = PrivateMachine.run("""
                mount -t tmpfs tmpfs /run
                mkdir -p /run/user/0 /run/systemd/system /run/config/systemd/user
                export XDG_RUNTIME_DIR=/run/user/0 XDG_CONFIG_HOME=/run/config
                printf '[Service]\\nExecStart=/bin/sh -c "exit 3"\\n' > /run/config/systemd/user/istio.service
                systemd --user > /dev/null 2>&1 &
                await systemctl --user show -p Version
                %s
                systemctl --user show %s --no-pager -p %s""".formatted(prepare, unit, SystemdUnit.PROPERTIES));
        assumeTrue(shown.whole(), "no manager of systemd can be started here");
        return SystemdUnit.parse(stream(shown.text()));
    }

    @Test
    void systemdShowsWhyAUnitFailed() throws Exception {
        SystemdUnit failed =
                show("istio", "systemctl --user start istio || true\nawait systemctl --user is-failed istio");

        assertThat(failed.found()).isTrue();
        assertThat(failed.activeState()).isEqualTo("failed");
        assertThat(failed.result()).isEqualTo("exit-code");
        assertThat(failed.exitStatus()).isEqualTo(3);
        assertThat(failed.restarts()).isZero();
        assertThat(failed.startedAfterBoot()).isPositive();
    }

    @Test
    void systemdShowsAUnitThatItDoesNotHave() throws Exception {
        SystemdUnit missing = show("nothing-of-that-name", "");

        assertThat(missing.found()).isFalse();
        assertThat(missing.startedAfterBoot()).isNull();
    }

    @Test
    void theJournalPrintsTextBinaryAndPriorities() throws Exception {
        assumeTrue(
                PrivateMachine.has("/lib/systemd/systemd-journald", "/usr/bin/journalctl", "/usr/bin/systemd-cat"),
                "no journal here");
        Output printed = PrivateMachine.run("""
                mount -t tmpfs tmpfs /run
                mkdir -p /run/systemd/journal /run/log/journal
                systemd-journald > /dev/null 2>&1 &
                await test -S /run/systemd/journal/stdout
                echo 'missing istio-token' | systemd-cat -t istio-start.sh -p err
                printf '2026-08-22T15:00:18.123456Z\\twarn\\tsds\\tfailed\\n' | systemd-cat -t istio-start.sh
                printf 'caf\\303\\251 \\001\\n' | systemd-cat -t istio-start.sh -p warning
                entries() { test "$(journalctl -o cat -t istio-start.sh | wc -l)" -ge 3; }
                await entries
                journalctl -o json --no-pager -t istio-start.sh""");
        assumeTrue(printed.whole(), "no journal can be started here");

        List<String> lines = new ArrayList<>();
        String cursor = JournalLines.read(stream(printed.text()), lines::add);

        assertThat(cursor).startsWith("s=");
        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).matches("\\d{4}-\\S+Z\terror\tmissing istio-token");
        assertThat(lines.get(1)).isEqualTo("2026-08-22T15:00:18.123456Z\twarn\tsds\tfailed");
        assertThat(lines.get(2)).matches("(?s)\\d{4}-\\S+Z\twarn\tcaf\u00e9 .*");
    }
}
