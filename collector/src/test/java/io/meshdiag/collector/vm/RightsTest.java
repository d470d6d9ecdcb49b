package io.meshdiag.collector.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.live.SourceBoard;
import io.meshdiag.collector.vm.config.VmConfigReader;
import io.meshdiag.collector.vm.read.UnreadException;
import io.meshdiag.fact.SourceState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the coverage says is all that people see: the commands that help must be in it to their end, whatever stands before. */
class RightsTest {
    private static final String DROP_INS = "/etc/systemd/system/meshdiag-vm.service.d";
    private static final String RESTART = " && sudo systemctl daemon-reload && sudo systemctl restart meshdiag-vm";

    @Test
    void makeTheCollectorIstiosUserWhereThatAloneMayRead() {
        String refused =
                "/etc/certs/cert-chain.pem may not be read by this user; only its owner 'istio-proxy' may: run the collector as that user, or with CAP_DAC_READ_SEARCH";

        assertThat(told("vm/certs", "cert-chain.pem", refused))
                .contains(refused)
                .endsWith("; the unit: sudo mkdir -p " + DROP_INS
                        + " && sudo ln -sfn /usr/share/meshdiag-vm/systemd/istio-proxy.conf " + DROP_INS
                        + "/10-istio-proxy.conf" + RESTART + "; by hand: sudo -u istio-proxy meshdiag-vm");
    }

    @Test
    void addTheCapabilitiesThatRulesOfIptablesLegacyWant() {
        assertThat(told(
                        "vm/iptables-legacy",
                        "ip6tables-legacy-save",
                        "ip6tables-legacy-save does not show it to this user"))
                .endsWith("sudo mkdir -p " + DROP_INS
                        + " && sudo ln -sfn /usr/share/meshdiag-vm/systemd/iptables-legacy.conf " + DROP_INS
                        + "/20-iptables-legacy.conf" + RESTART);
    }

    /** The coverage of a source after one of its pages was refused with these words, while others were read. */
    private static String told(String source, String file, String refusal) {
        List<Page> pages = VmLayout.looks(VmConfigReader.read(Map.of(), Map.of(), null, false));
        SourceBoard board = new SourceBoard();
        Looks.expect(pages, board);
        pages.stream().filter(page -> page.source().equals(source)).forEach(page -> {
            if (page.file().equals(file)) {
                page.read(
                        () -> {
                            throw new UnreadException(SourceState.FORBIDDEN, refusal);
                        },
                        Instant.EPOCH,
                        new Parts(),
                        board);
            } else {
                board.read(source, page.file(), Instant.EPOCH);
            }
        });
        return board.coverage().stream()
                .filter(coverage -> coverage.getSource().equals(source))
                .findFirst()
                .orElseThrow()
                .getDetail();
    }
}
