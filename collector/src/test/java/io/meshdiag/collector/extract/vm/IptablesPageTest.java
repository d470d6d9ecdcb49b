package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static io.meshdiag.fact.RedirectionState.ABSENT;
import static io.meshdiag.fact.RedirectionState.INCOMPLETE;
import static io.meshdiag.fact.RedirectionState.PRESENT;
import static io.meshdiag.fact.RedirectionState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.fact.Redirection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IptablesPageTest {
    private static final String HOOK_IN = "-A PREROUTING -p tcp -j ISTIO_INBOUND";
    private static final String HOOK_OUT = "-A OUTPUT -j ISTIO_OUTPUT";
    private static final String CAPTURE_IN = "-A ISTIO_INBOUND -p tcp -j ISTIO_IN_REDIRECT";
    private static final String CAPTURE_OUT = "-A ISTIO_OUTPUT -j ISTIO_REDIRECT";
    private static final String TARGET_IN = "-A ISTIO_IN_REDIRECT -p tcp -j REDIRECT --to-ports 15006";
    private static final String TARGET_OUT = "-A ISTIO_REDIRECT -p tcp -j REDIRECT --to-ports 15001";

    private static Redirection parse(String page) throws Exception {
        List<Redirection> all = IptablesPage.parse(stream(page), 4);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    @Test
    void seesThatEverythingIsCaptured() throws Exception {
        assertThat(parse(Rules.WHOLE))
                .isEqualTo(Redirection.newBuilder()
                        .setIpVersion(4)
                        .setInbound(PRESENT)
                        .setOutbound(PRESENT)
                        .build());
    }

    @Test
    void saysAbsentWhereNoChainIsIstios() throws Exception {
        Redirection none = parse(Rules.NONE);

        assertThat(none.getInbound()).isEqualTo(ABSENT);
        assertThat(none.getOutbound()).isEqualTo(ABSENT);
        assertThat(none.getOutboundReason()).isEqualTo("no chain of Istio in the packet filter");
    }

    /** So prints a machine whose packet filter was never used. */
    @Test
    void takesAnEmptyPageForAnEmptyPacketFilter() throws Exception {
        assertThat(parse("").getInbound()).isEqualTo(ABSENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                HOOK_IN + "|PREROUTING does not jump to ISTIO_INBOUND",
                CAPTURE_IN + "|ISTIO_INBOUND does not jump to ISTIO_IN_REDIRECT",
                TARGET_IN + "|ISTIO_IN_REDIRECT does not redirect to the proxy"
            })
    void namesWhatIsMissingOfInbound(String line, String reason) throws Exception {
        Redirection redirection = parse(Rules.without(Rules.WHOLE, line));

        assertThat(redirection.getInbound()).isEqualTo(INCOMPLETE);
        assertThat(redirection.getInboundReason()).isEqualTo(reason);
        assertThat(redirection.getOutbound()).isEqualTo(PRESENT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                HOOK_OUT + "|OUTPUT does not jump to ISTIO_OUTPUT",
                CAPTURE_OUT + "|ISTIO_OUTPUT does not jump to ISTIO_REDIRECT",
                TARGET_OUT + "|ISTIO_REDIRECT does not redirect to the proxy"
            })
    void namesWhatIsMissingOfOutbound(String line, String reason) throws Exception {
        Redirection redirection = parse(Rules.without(Rules.WHOLE, line));

        assertThat(redirection.getOutbound()).isEqualTo(INCOMPLETE);
        assertThat(redirection.getOutboundReason()).isEqualTo(reason);
        assertThat(redirection.getInbound()).isEqualTo(PRESENT);
    }

    @Test
    void namesEverythingThatIsMissing() throws Exception {
        String chainsOnly = Rules.without(Rules.without(Rules.WHOLE, HOOK_OUT), CAPTURE_OUT);

        assertThat(parse(chainsOnly).getOutboundReason())
                .isEqualTo("OUTPUT does not jump to ISTIO_OUTPUT; ISTIO_OUTPUT does not jump to ISTIO_REDIRECT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A ISTIO_OUTPUT -j RETURN",
                "-A ISTIO_OUTPUT -p tcp -j RETURN",
                "-A ISTIO_OUTPUT -m comment --comment \"until Monday\" -j RETURN",
                "-A ISTIO_OUTPUT -j ACCEPT"
            })
    void seesARuleThatEndsEverythingBeforeTheCapture(String line) throws Exception {
        Redirection redirection = parse(Rules.with(Rules.WHOLE, CAPTURE_OUT, line));

        assertThat(redirection.getOutbound()).isEqualTo(INCOMPLETE);
        assertThat(redirection.getOutboundReason())
                .isEqualTo("ISTIO_OUTPUT ends all traffic before it jumps to ISTIO_REDIRECT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A ISTIO_OUTPUT -p udp -j RETURN",
                "-A ISTIO_OUTPUT -d 10.0.0.0/8 -j RETURN",
                "-A ISTIO_OUTPUT -j LOG"
            })
    void letsRulesPassThatEndOnlySomeTraffic(String line) throws Exception {
        assertThat(parse(Rules.with(Rules.WHOLE, CAPTURE_OUT, line)).getOutbound())
                .isEqualTo(PRESENT);
    }

    @Test
    void seesARuleThatEndsEverythingBeforeTheHook() throws Exception {
        assertThat(parse(Rules.with(Rules.WHOLE, HOOK_IN, "-A PREROUTING -j ACCEPT"))
                        .getInboundReason())
                .isEqualTo("PREROUTING ends all traffic before it jumps to ISTIO_INBOUND");
    }

    @Test
    void takesCaptureOfSomePortsOrAddressesForPresent() throws Exception {
        String some = Rules.WHOLE
                .replace(CAPTURE_IN, "-A ISTIO_INBOUND -p tcp -m tcp --dport 8080 -j ISTIO_IN_REDIRECT")
                .replace(CAPTURE_OUT, "-A ISTIO_OUTPUT -d 10.0.0.0/8 -j ISTIO_REDIRECT");

        Redirection redirection = parse(some);

        assertThat(redirection.getInbound()).isEqualTo(PRESENT);
        assertThat(redirection.getOutbound()).isEqualTo(PRESENT);
        assertThat(redirection.getPartial()).isTrue();
    }

    @Test
    void doesNotTakeAHookInAnotherTableForOne() throws Exception {
        String raw = Rules.without(Rules.WHOLE, HOOK_IN) + """
                *raw
                :PREROUTING ACCEPT [0:0]
                :ISTIO_INBOUND - [0:0]
                -A PREROUTING -p tcp -j ISTIO_INBOUND
                COMMIT
                """;

        assertThat(parse(raw).getInbound()).isEqualTo(INCOMPLETE);
    }

    @Test
    void knowsTransparentCapture() throws Exception {
        String tproxy = Rules.without(Rules.without(Rules.WHOLE, HOOK_IN), CAPTURE_IN) + """
                *mangle
                :PREROUTING ACCEPT [0:0]
                :ISTIO_DIVERT - [0:0]
                :ISTIO_INBOUND - [0:0]
                :ISTIO_TPROXY - [0:0]
                -A PREROUTING -p tcp -j ISTIO_INBOUND
                -A ISTIO_DIVERT -j ACCEPT
                -A ISTIO_INBOUND -p tcp -m mark --mark 0x539 -j RETURN
                -A ISTIO_INBOUND -p tcp -m conntrack --ctstate RELATED,ESTABLISHED -j ISTIO_DIVERT
                -A ISTIO_INBOUND -p tcp -j ISTIO_TPROXY
                -A ISTIO_TPROXY ! -d 127.0.0.1/32 -p tcp -j TPROXY --on-port 15006 --on-ip 0.0.0.0 --tproxy-mark 0x539/0xffffffff
                COMMIT
                """;

        Redirection redirection = parse(tproxy);

        assertThat(redirection.getInbound()).isEqualTo(PRESENT);
        assertThat(redirection.getTproxy()).isTrue();
        assertThat(redirection.getPartial()).isFalse();
        assertThat(parse(Rules.without(tproxy, "-A ISTIO_INBOUND -p tcp -j ISTIO_TPROXY"))
                        .getInboundReason())
                .isEqualTo("ISTIO_INBOUND does not jump to ISTIO_TPROXY");
    }

    @Test
    void notesThatDnsIsCaptured() throws Exception {
        String dns = Rules.with(
                Rules.WHOLE,
                CAPTURE_OUT,
                "-A ISTIO_OUTPUT -d 127.0.0.53/32 -p udp -m udp --dport 53 -j REDIRECT --to-ports 15053");

        assertThat(parse(dns).getDns()).isTrue();
        assertThat(parse(dns).getPartial()).isFalse();
    }

    @Test
    void readsCountersInFrontOfRules() throws Exception {
        String counted = Rules.WHOLE.replace("\n-A ", "\n[17:1020] -A ");

        assertThat(parse(counted)).isEqualTo(parse(Rules.WHOLE));
    }

    @Test
    void readsTheCommandsThatMakeTheRules() throws Exception {
        String commands = Rules.WHOLE
                .lines()
                .filter(line -> line.startsWith("-A") && line.contains("ISTIO"))
                .map(line -> "iptables -t nat " + line + "\n")
                .reduce("", String::concat);

        assertThat(parse(commands + "iptables-save\n")).isEqualTo(parse(Rules.WHOLE));
    }

    @Test
    void readsASecondTableOfTheSameNameAsThatOfIpv6() throws Exception {
        List<Redirection> both = IptablesPage.parse(
                stream("iptables-save\nip6tables-save\n" + natOf(Rules.WHOLE)
                        + natOf(Rules.without(Rules.WHOLE, HOOK_IN))),
                4);

        assertThat(both).extracting(Redirection::getIpVersion).containsExactly(4, 6);
        assertThat(both).extracting(Redirection::getInbound).containsExactly(PRESENT, INCOMPLETE);
    }

    private static String natOf(String page) {
        return page.substring(page.indexOf("*nat"), page.lastIndexOf("# Completed"));
    }

    /** iptables-nft-save does not see what iptables-legacy has set. */
    @Test
    void doubtsWhatIsMissingWhereRulesAreHidden() throws Exception {
        String warning = "# Warning: iptables-legacy tables present, use iptables-legacy-save to see them\n";

        assertThat(parse(warning + Rules.NONE).getInbound()).isEqualTo(UNKNOWN);
        assertThat(parse(warning + Rules.WHOLE).getInbound()).isEqualTo(PRESENT);
    }

    @Test
    void refusesOutputThatWasCutOff() {
        String half = Rules.WHOLE.substring(0, Rules.WHOLE.indexOf(CAPTURE_OUT));

        assertThatThrownBy(() -> parse(half))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("it ends before the COMMIT of table nat: the output was cut off");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iptables-save v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)",
                "bash: iptables-save: command not found",
                "\u0000\u0001\u0002\u0003"
            })
    void refusesWhatAreNoRules(String page) {
        assertThatThrownBy(() -> parse(page))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessageStartingWith("no rules of iptables in it; it begins: ");
    }

    @Test
    void isNotKeptBusyByRulesWithoutEnd() {
        String page = "*nat\n" + "-A ISTIO_OUTPUT -j ISTIO_OUTPUT\n".repeat(30_000) + "COMMIT\n";

        assertThatThrownBy(() -> parse(page))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("more than 20000 rules in the chains that Istio uses");
    }

    @Test
    void endsWhereChainsJumpInCircles() throws Exception {
        String circle =
                "*nat\n-A OUTPUT -j ISTIO_OUTPUT\n-A ISTIO_OUTPUT -j ISTIO_X\n-A ISTIO_X -j ISTIO_OUTPUT\nCOMMIT\n";

        assertThat(parse(circle).getOutbound()).isEqualTo(INCOMPLETE);
    }

    @Test
    void passesOverRulesOfOthersWhateverTheirNumber() throws Exception {
        String kubernetes = Rules.with(
                Rules.WHOLE,
                HOOK_OUT,
                "-A KUBE-SERVICES -d 10.0.0.1/32 -j KUBE-SVC-1\n".repeat(50_000).strip());

        assertThat(parse(kubernetes).getOutbound()).isEqualTo(PRESENT);
    }
}
