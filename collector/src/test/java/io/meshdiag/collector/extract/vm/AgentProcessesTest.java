package io.meshdiag.collector.extract.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AgentProcessesTest {
    private static final String AGENT =
            cmdline("/usr/local/bin/pilot-agent", "proxy", "--log_output_level=dns:debug", "--proxyLogLevel", "debug");
    private static final String ENVOY = cmdline("/usr/local/bin/envoy", "-c", "etc/istio/proxy/envoy-rev.json");

    private static String cmdline(String... arguments) {
        return String.join("\0", arguments) + "\0";
    }

    private static String stat(String name, String state, long ticks) {
        return "4711 (" + name + ") " + state + " 1 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 " + ticks
                + " 734003200 9000 18446744073709551615";
    }

    private static AgentProcesses of(String cmdline, String stat) {
        return AgentProcesses.of(ProcessEntry.parse(cmdline, stat).stream());
    }

    @Test
    void findsTheAgentAndItsEnvoy() {
        AgentProcesses found = AgentProcesses.of(Stream.of(
                        ProcessEntry.parse(AGENT, stat("pilot-agent", "S", 6_100)),
                        ProcessEntry.parse(ENVOY, stat("envoy", "S", 6_200)),
                        ProcessEntry.parse(cmdline("/usr/sbin/sshd", "-D"), stat("sshd", "S", 100)))
                .flatMap(Optional::stream));

        assertThat(found.agent()).isTrue();
        assertThat(found.envoy()).isTrue();
        assertThat(found.agentStartedAfterBoot()).isEqualTo(Duration.ofSeconds(61));
        assertThat(found.levels()).isEqualTo(new LogLevels("dns:debug", "debug"));
    }

    @Test
    void saysThatThereIsNone() {
        AgentProcesses none = of(cmdline("/usr/sbin/sshd"), stat("sshd", "S", 100));

        assertThat(none.agent()).isFalse();
        assertThat(none.envoy()).isFalse();
    }

    /** The same program sets up iptables, and answers a person's questions. */
    @Test
    void takesOnlyTheProxyForTheAgent() {
        assertThat(of(cmdline("/usr/local/bin/pilot-agent", "istio-iptables"), stat("pilot-agent", "R", 1))
                        .agent())
                .isFalse();
        assertThat(of(cmdline("vi", "/usr/local/bin/pilot-agent", "proxy"), stat("vi", "S", 1))
                        .agent())
                .isFalse();
    }

    @Test
    void passesOverZombies() {
        assertThat(of(AGENT, stat("pilot-agent", "Z", 1)).agent()).isFalse();
        assertThat(of("", stat("pilot-agent", "Z", 1)).agent()).isFalse();
    }

    @Test
    void readsNamesWithBlanksAndBrackets() {
        assertThat(of(AGENT, stat("a) S 1 (b", "S", 500)).agentStartedAfterBoot())
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void passesOverAProcessThatEndedWhileItWasRead() {
        assertThat(of(AGENT, "").agent()).isFalse();
        assertThat(of(AGENT, "4711 (pilot-agent) S 1 1").agent()).isFalse();
    }
}
