package io.meshdiag.processor.detect.vm;

import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.Redirection;
import io.meshdiag.fact.RedirectionState;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Verdict;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class RedirectionAbsentTest {
    @Test
    void findsAMachineWhoseRulesWereFlushed() {
        Redirection none = Redirection.newBuilder()
                .setIpVersion(4)
                .setInbound(RedirectionState.ABSENT)
                .setInboundReason("no chain ISTIO_INBOUND")
                .setOutbound(RedirectionState.ABSENT)
                .setOutboundReason("no chain ISTIO_OUTPUT")
                .build();

        assertThat(detect(vm -> vm.setInboundRedirection(RedirectionState.ABSENT)
                        .setOutboundRedirection(RedirectionState.ABSENT)
                        .setRedirection(List.of(none))))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
                    assertThat(v.severity()).isEqualTo(Severity.CRITICAL);
                    assertThat(v.scopeKey()).isEqualTo("db-1-uid");
                    assertThat(v.scope().getMachines()).containsExactly("db-1.shop");
                    assertThat(v.title())
                            .isEqualTo(
                                    "Virtual machine db-1.shop: inbound and outbound traffic does not go through the proxy");
                    assertThat(v.description()).contains("no chain ISTIO_INBOUND; no chain ISTIO_OUTPUT");
                    assertThat(v.steps())
                            .extracting(RemediationStep::getCommand)
                            .contains("ssh -- db-1 'sudo systemctl restart istio'");
                });
    }

    @Test
    void isSilentAboutWhatTheSettingsDoNotAskFor() {
        assertThat(detect(
                        vm -> vm.setInboundRedirection(RedirectionState.ABSENT).setInboundPorts("")))
                .isEmpty();
        assertThat(detect(
                        vm -> vm.setOutboundRedirection(RedirectionState.ABSENT).setServiceCidr("")))
                .isEmpty();
        assertThat(detect(
                        vm -> vm.setOutboundRedirection(RedirectionState.ABSENT).setCustomIpTables(true)))
                .isEmpty();
    }

    @Test
    void isSilentWhileTheAgentIsDown() {
        assertThat(detect(
                        vm -> vm.setOutboundRedirection(RedirectionState.ABSENT).setAgentState("inactive")))
                .isEmpty();
    }

    @Test
    void findsRulesThatAreNotWhole() {
        assertThat(detect(vm -> vm.setInboundRedirection(RedirectionState.INCOMPLETE)))
                .singleElement()
                .satisfies(v -> assertThat(v.title()).contains("inbound traffic"));
    }

    @Test
    void doesNotKnowWhenTheRulesCouldNotBeRead() {
        assertThat(detect(vm -> vm.setInboundRedirection(RedirectionState.UNKNOWN)
                        .setOutboundRedirection(RedirectionState.UNKNOWN)))
                .singleElement()
                .satisfies(v -> {
                    assertThat(v.state()).isEqualTo(Verdict.State.UNKNOWN);
                    assertThat(v.missing()).singleElement().asString().contains("could not be read");
                });
    }

    private static List<Verdict> detect(UnaryOperator<VmHealth.Builder> change) {
        return new RedirectionAbsent()
                .detect(machine("east", "db-1").says(change).view())
                .toList();
    }
}
