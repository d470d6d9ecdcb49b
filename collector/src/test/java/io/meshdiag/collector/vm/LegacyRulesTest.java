package io.meshdiag.collector.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.RedirectionState;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.VmHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** iptables has two backends; Istio uses the one that has rules, the command without a name shows the one that the distribution chose. */
@Timeout(60)
class LegacyRulesTest {
    private static final String EMPTY = "printf '*nat\\n:OUTPUT ACCEPT [0:0]\\nCOMMIT\\n'\n";
    private static final String WHOLE = """
            cat <<'END'
            *nat
            -A PREROUTING -p tcp -j ISTIO_INBOUND
            -A OUTPUT -j ISTIO_OUTPUT
            -A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT
            -A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006
            -A ISTIO_OUTPUT -j ISTIO_REDIRECT
            -A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001
            COMMIT
            END
            """;

    @TempDir
    private Path dir;

    private SimulatedMachine machine;
    private final RecordedFacts facts = new RecordedFacts();

    @BeforeEach
    void simulate() throws IOException {
        machine = new SimulatedMachine(dir.resolve("root"));
        machine.command("iptables-save", EMPTY);
        machine.command("nft", "true\n");
    }

    @AfterEach
    void end() {
        machine.close();
    }

    private VmHealth look() throws InterruptedException {
        try (VmCollector collector =
                new VmCollector(machine.around(machine.config(dir.resolve("state"), Map.of()), facts))) {
            collector.once();
        }
        return facts.one(VmHealth.class);
    }

    private SourceState coverage() {
        return facts.one(Heartbeat.class).getSources().stream()
                .filter(source -> source.getSource().equals("vm/iptables-legacy"))
                .findFirst()
                .orElseThrow()
                .getState();
    }

    @Test
    void areSeenBesideThoseOfTheOtherBackend() throws Exception {
        machine.command("iptables-legacy-save", WHOLE);

        assertThat(look().getOutboundRedirection()).isEqualTo(RedirectionState.PRESENT);
    }

    @Test
    void areNotMissedWhereThereIsNoSuchBackend() throws Exception {
        assertThat(look().getOutboundRedirection()).isEqualTo(RedirectionState.ABSENT);
        assertThat(coverage()).isEqualTo(SourceState.OK);
    }

    private void refuse() throws IOException {
        String refusal =
                "echo 'Failed to list table names in /proc/net/ip_tables_names: Permission denied' >&2; exit 1\n";
        machine.command("iptables-legacy-save", refusal);
        machine.command("ip6tables-legacy-save", refusal);
    }

    @Test
    void areNotDeniedWhereOnlyRootMaySeeThem() throws Exception {
        refuse();
        machine.file("/proc/modules", """
                iptable_nat 16384 1 - Live 0x0000000000000000
                nf_nat 57344 1 iptable_nat, Live 0x0000000000000000
                ip_tables 36864 1 iptable_nat, Live 0x0000000000000000
                """);

        assertThat(look().getOutboundRedirection()).isEqualTo(RedirectionState.UNKNOWN);
        assertThat(coverage()).isEqualTo(SourceState.FORBIDDEN);
    }

    @Test
    void areDeniedWithoutRightsWhereTheKernelHasNoTableThatRedirects() throws Exception {
        refuse();
        machine.file("/proc/modules", """
                iptable_filter 16384 1 - Live 0x0000000000000000
                ip6table_filter 16384 1 - Live 0x0000000000000000
                ip6_tables 36864 1 ip6table_filter, Live 0x0000000000000000
                ip_tables 36864 1 iptable_filter, Live 0x0000000000000000
                """);

        assertThat(look().getOutboundRedirection()).isEqualTo(RedirectionState.ABSENT);
        assertThat(coverage()).isEqualTo(SourceState.OK);
    }

    /** Of a kernel without modules, or of what is no module in it, the list says nothing. */
    @Test
    void areNotDeniedWhereTheBackendIsBuiltIntoTheKernel() throws Exception {
        refuse();
        machine.file("/proc/modules", "xt_owner 16384 0 - Live 0x0000000000000000\n");

        assertThat(look().getOutboundRedirection()).isEqualTo(RedirectionState.UNKNOWN);
    }
}
