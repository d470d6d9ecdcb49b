package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.AgentSource;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.detect.TestMachine;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentDownTest {
    @Test
    void findsAUnitThatFailed() {
        assertThat(detect(machine("east", "db-1").logs("proxy.token.unreadable").says(vm -> vm.setAgentState("failed")
                        .setAgentResult("exit-code")
                        .setAgentExitStatus(255)
                        .setAgentRestarts(12))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.title())
                            .isEqualTo("Virtual machine db-1.shop: the agent is failed (exit-code, status 255)");
                    assertThat(v.description()).contains("started it again 12 time(s)");
                    assertThat(v.evidence())
                            .extracting(e -> e.getValue())
                            .anyMatch(value -> value.endsWith("a line of proxy.token.unreadable"));
                });
    }

    @Test
    void findsAUnitThatStartsAgainAndAgain() {
        assertThat(detect(machine("east", "db-1")
                        .says(vm -> vm.setAgentState("activating").setAgentSubState("auto-restart"))))
                .hasSize(1);
        assertThat(detect(machine("east", "db-1")
                        .says(vm -> vm.setAgentState("activating").setAgentSubState("start"))))
                .isEmpty();
    }

    @Test
    void findsAMachineWithoutSystemdAndWithoutAgent() {
        assertThat(detect(machine("east", "db-1").says(vm -> vm.setAgentState(null)
                        .setAgentSource(AgentSource.NONE)
                        .setReadyStatus(null))))
                .singleElement()
                .satisfies(v -> assertThat(v.title()).contains("neither a unit istio nor a process pilot-agent"));
    }

    @Test
    void findsAProxyThatIsGoneOrDoesNotAnswer() {
        assertThat(detect(machine("east", "db-1").says(vm -> vm.setProxyRunning(false))))
                .hasSize(1);
        assertThat(detect(machine("east", "db-1")
                        .says(vm -> vm.setReadyStatus(null).setServerState(null))))
                .hasSize(1);
    }

    @Test
    void findsAConfiguredProxyThatIsNotReadyAndLeavesAnUnconfiguredOneToItsConnection() {
        assertThat(detect(machine("east", "db-1").configured().says(vm -> vm.setReadyStatus(503))))
                .hasSize(1);
        assertThat(detect(machine("east", "db-1").says(vm -> vm.setReadyStatus(503))))
                .isEmpty();
    }

    @Test
    void namesPortsOfEnvoyThatSomethingElseHolds() {
        assertThat(detect(machine("east", "db-1")
                        .says(vm -> vm.setProxyRunning(false).setListeningPorts(List.of(15_001, 15_020, 15_021)))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.description())
                            .contains("Something else listens on port 15001, 15021: an Envoy that starts cannot");
                    assertThat(v.steps())
                            .extracting(RemediationStep::getCommand)
                            .anyMatch(command -> command.contains("ss --listening") && command.contains("15001|15021"));
                });
    }

    @Test
    void blamesNobodyForPortsThatARunningEnvoyHoldsOrThatNobodyDoes() {
        var unready = machine("east", "db-1")
                .configured()
                .says(vm -> vm.setReadyStatus(503).setProxyRunning(true).setListeningPorts(List.of(15_000, 15_001)));
        var gone = machine("east", "db-1").says(vm -> vm.setProxyRunning(false).setListeningPorts(List.of(15_020)));

        assertThat(detect(unready)).extracting(Verdict::description).noneMatch(text -> text.contains("Something else"));
        assertThat(detect(gone)).extracting(Verdict::description).noneMatch(text -> text.contains("Something else"));
        assertThat(detect(gone).get(0).evidence().get(0).getValue()).endsWith("; listened on: port 15020");
    }

    @Test
    void isSilentAboutAMachineThatIsWell() {
        assertThat(detect(machine("east", "db-1").configured())).isEmpty();
    }

    @Test
    void doesNotKnowOfAMachineOfWhichNothingCouldBeAsked() {
        assertThat(detect(machine("east", "db-1").says(vm -> vm.setAgentState(null)
                        .setAgentSource(AgentSource.UNKNOWN)
                        .setReadyStatus(null)
                        .setServerState(null))))
                .singleElement()
                .satisfies(v -> assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN));
    }

    private static List<Verdict> detect(TestMachine machine) {
        return new AgentDown().detect(machine.view()).toList();
    }
}
