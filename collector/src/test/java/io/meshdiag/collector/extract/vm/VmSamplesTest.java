package io.meshdiag.collector.extract.vm;

import static io.meshdiag.fact.RedirectionState.ABSENT;
import static io.meshdiag.fact.RedirectionState.INCOMPLETE;
import static io.meshdiag.fact.RedirectionState.PRESENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshdiag.fact.Redirection;
import io.meshdiag.fact.RedirectionState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of Istio's own test data, held against what their index says; runs where the folder lies beside the checkout. */
class VmSamplesTest {
    private static final Path SAMPLES = Path.of("../../shared/samples/istio");

    @BeforeAll
    static void samplesAreThere() {
        assumeTrue(Files.isDirectory(SAMPLES), "no samples beside the checkout");
    }

    private static InputStream sample(String name) throws IOException {
        return Files.newInputStream(SAMPLES.resolve(name));
    }

    @ParameterizedTest
    @CsvSource({
        "sidecar-inbound-ports-wildcard.txt,                      PRESENT,    INCOMPLETE, false, false",
        "sidecar-inbound-ports-wildcard-1.22-command-form.txt,    PRESENT,    INCOMPLETE, false, false",
        "sidecar-outbound-ports-include.txt,                      INCOMPLETE, PRESENT,    true,  false",
        "sidecar-ipnets.txt,                                      INCOMPLETE, PRESENT,    true,  false",
        "sidecar-empty.txt,                                       INCOMPLETE, INCOMPLETE, false, false",
        "sidecar-dns-uid-gid.txt,                                 INCOMPLETE, INCOMPLETE, false, true",
        "sidecar-tproxy.txt,                                      PRESENT,    PRESENT,    true,  true",
        "sidecar-outbound-owner-groups.txt,                       INCOMPLETE, INCOMPLETE, false, false",
        "sidecar-ipv6-inbound-ports.txt,                          PRESENT,    INCOMPLETE, true,  false",
        "cni-plugin-basic.txt,                                    PRESENT,    PRESENT,    false, false",
        "cni-plugin-include-exclude-ip.txt,                       PRESENT,    PRESENT,    true,  false",
        "cni-plugin-tproxy.txt,                                   PRESENT,    PRESENT,    false, false",
        "cni-plugin-invalid-drop.txt,                             PRESENT,    PRESENT,    false, false",
        "cni-plugin-custom-uid.txt,                               PRESENT,    PRESENT,    false, false"
    })
    void judgesIstiosRules(
            String file, RedirectionState inbound, RedirectionState outbound, boolean partial, boolean dns)
            throws Exception {
        Redirection ipv4;
        try (InputStream page = sample("iptables/" + file)) {
            ipv4 = IptablesPage.parse(page, 4).get(0);
        }

        assertThat(ipv4.getInbound()).isEqualTo(inbound);
        assertThat(ipv4.getOutbound()).isEqualTo(outbound);
        assertThat(ipv4.getPartial()).isEqualTo(partial);
        assertThat(ipv4.getDns()).isEqualTo(dns);
        assertThat(ipv4.getTproxy()).isEqualTo(file.contains("tproxy"));
    }

    @Test
    void seesBothIpVersionsInOnePage() throws Exception {
        try (InputStream page = sample("iptables/sidecar-ipv6-inbound-ports.txt")) {
            assertThat(IptablesPage.parse(page, 4))
                    .extracting(Redirection::getInbound)
                    .containsExactly(PRESENT, PRESENT);
        }
        try (InputStream page = sample("iptables/sidecar-tproxy.txt")) {
            assertThat(IptablesPage.parse(page, 4))
                    .extracting(Redirection::getOutbound)
                    .containsExactly(PRESENT, INCOMPLETE);
        }
    }

    @Test
    void judgesIstiosRulesOfNftables() throws Exception {
        List<Redirection> both;
        try (InputStream page = sample("iptables/nftables-sidecar-inbound-ports-wildcard.txt")) {
            both = NftablesPage.parse(page);
        }

        assertThat(both).hasSize(2).allSatisfy(redirection -> {
            assertThat(redirection.getInbound()).isEqualTo(PRESENT);
            assertThat(redirection.getOutbound()).isEqualTo(INCOMPLETE).isNotEqualTo(ABSENT);
        });
    }

    @Test
    void readsTheFilesThatIstioctlMakesForAMachine() throws Exception {
        VmSettings settings;
        AgentConfig config;
        try (InputStream env = sample("vm/ipv4-cluster.env.txt");
                InputStream mesh = sample("vm/ipv4-mesh.yaml")) {
            settings = VmSettings.parse(env);
            config = AgentConfig.parse(mesh);
        }
        List<String> hosts;
        try (InputStream file = sample("vm/ipv4-hosts.txt")) {
            hosts = HostsFile.addresses(file, config.discoveryAddress());
        }

        assertThat(MachineIdentity.of(settings, config, "vm-1", "").vm()).isEqualTo("vm-1.bar");
        assertThat(settings.text("ISTIO_META_CLUSTER_ID")).isEqualTo("Kubernetes");
        assertThat(settings.text("ISTIO_META_NETWORK")).isNull();
        assertThat(settings.text("ISTIO_SVC_IP")).isEqualTo("10.10.10.10");
        assertThat(settings.text("ISTIO_INBOUND_PORTS")).isEqualTo("*");
        assertThat(config.discoveryAddress()).isEqualTo("istiod-rev-1.istio-system.svc:15012");
        assertThat(hosts).containsExactly("10.10.10.11");
    }
}
