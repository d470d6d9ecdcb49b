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

class NftablesPageTest {
    private static List<Redirection> parse(String page) throws Exception {
        return NftablesPage.parse(stream(page));
    }

    @Test
    void readsATableForBothIpVersions() throws Exception {
        assertThat(parse(Rules.NFT)).hasSize(2).allSatisfy(redirection -> {
            assertThat(redirection.getInbound()).isEqualTo(PRESENT);
            assertThat(redirection.getOutbound()).isEqualTo(PRESENT);
            assertThat(redirection.getPartial()).isFalse();
        });
    }

    @Test
    void namesWhatIsMissing() throws Exception {
        String page = Rules.NFT.replace("\t\tcounter packets 9 bytes 540 jump istio-redirect\n", "");

        assertThat(parse(page).get(0).getOutbound()).isEqualTo(INCOMPLETE);
        assertThat(parse(page).get(0).getOutboundReason()).isEqualTo("ISTIO_OUTPUT does not jump to ISTIO_REDIRECT");
    }

    @Test
    void seesARuleThatEndsEverythingBeforeTheCapture() throws Exception {
        String page = Rules.NFT.replace(
                "\t\tcounter packets 9 bytes 540 jump istio-redirect\n",
                "\t\tcounter packets 1 bytes 60 return\n\t\tcounter packets 9 bytes 540 jump istio-redirect\n");

        assertThat(parse(page).get(0).getOutboundReason())
                .isEqualTo("ISTIO_OUTPUT ends all traffic before it jumps to ISTIO_REDIRECT");
    }

    /** nft 1.0.6 prints the targets of iptables-nft so. */
    @Test
    void readsTablesThatIptablesKeeps() throws Exception {
        String page = """
                # Warning: table ip nat is managed by iptables-nft, do not touch!
                table ip nat {
                	chain PREROUTING {
                		type nat hook prerouting priority dstnat; policy accept;
                		ip protocol tcp counter packets 0 bytes 0 jump ISTIO_INBOUND
                	}
                	chain ISTIO_INBOUND {
                		ip protocol tcp counter packets 0 bytes 0 jump ISTIO_IN_REDIRECT
                	}
                	chain ISTIO_IN_REDIRECT {
                		ip protocol tcp counter packets 0 bytes 0 xt target "REDIRECT"
                	}
                }
                """;

        assertThat(parse(page)).extracting(Redirection::getInbound).containsExactly(PRESENT, ABSENT);
    }

    /** "XT target REDIRECT not found", nft 1.0.6 says beside such a page: of the second IP version it prints no targets. */
    @Test
    void doesNotMissTargetsOfIptablesThatNftLeavesOut() throws Exception {
        String page = """
                table ip nat {
                	chain OUTPUT {
                		type nat hook output priority -100; policy accept;
                		counter packets 0 bytes 0 jump ISTIO_OUTPUT
                	}
                	chain ISTIO_OUTPUT {
                		counter packets 0 bytes 0 jump ISTIO_REDIRECT
                	}
                	chain ISTIO_REDIRECT {
                		meta l4proto tcp counter packets 0 bytes 0 redirect to :15001
                	}
                }
                table ip6 nat {
                	chain OUTPUT {
                		type nat hook output priority -100; policy accept;
                		counter packets 0 bytes 0 jump ISTIO_OUTPUT
                	}
                	chain ISTIO_OUTPUT {
                		counter packets 0 bytes 0 jump ISTIO_REDIRECT
                	}
                	chain ISTIO_REDIRECT {
                		meta l4proto tcp counter packets 0 bytes 0\s
                	}
                }
                """;

        assertThat(parse(page)).extracting(Redirection::getOutbound).containsExactly(PRESENT, UNKNOWN);
        assertThat(parse(page).get(1).getOutboundReason())
                .isEqualTo("nft does not show where rules of iptables lead, iptables-save does");
    }

    @Test
    void doesNotTakeARuleForOneIpVersionAsOneForTheOther() throws Exception {
        String page = Rules.NFT.replace(
                "\t\tcounter packets 9 bytes 540 jump istio-redirect\n",
                "\t\tip6 daddr 2001:db8::/32 counter packets 9 bytes 540 jump istio-redirect\n");

        assertThat(parse(page)).extracting(Redirection::getOutbound).containsExactly(INCOMPLETE, PRESENT);
    }

    @Test
    void readsTheCommandsThatMakeTheRules() throws Exception {
        String commands = """
                add table inet istio-proxy-nat
                flush table inet istio-proxy-nat
                add chain inet istio-proxy-nat prerouting { type nat hook prerouting priority -100 ; }
                add chain inet istio-proxy-nat istio-inbound
                add chain inet istio-proxy-nat istio-in-redirect
                add rule inet istio-proxy-nat istio-in-redirect meta l4proto tcp counter redirect to :15006
                add rule inet istio-proxy-nat prerouting meta l4proto tcp counter jump istio-inbound
                add rule inet istio-proxy-nat istio-inbound tcp dport 8080 counter jump istio-in-redirect
                """;

        assertThat(parse(commands).get(0).getInbound()).isEqualTo(PRESENT);
        assertThat(parse(commands).get(0).getPartial()).isTrue();
    }

    @Test
    void saysAbsentWhereThereAreNoTables() throws Exception {
        assertThat(parse("")).extracting(Redirection::getOutbound).containsExactly(ABSENT, ABSENT);
    }

    @Test
    void refusesOutputThatWasCutOff() {
        assertThatThrownBy(() -> parse(Rules.NFT.substring(0, 400)))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("it ends within a table: the output was cut off");
    }

    @Test
    void refusesWhatAreNoRules() {
        assertThatThrownBy(() -> parse(
                        "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed"))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("no rules of nftables in it; it begins: Operation");
    }
}
