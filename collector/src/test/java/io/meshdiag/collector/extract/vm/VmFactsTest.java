package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.AT;
import static io.meshdiag.collector.extract.TestPages.only;
import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import io.meshdiag.fact.AgentCounters;
import io.meshdiag.fact.AgentSource;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.Redirection;
import io.meshdiag.fact.RedirectionState;
import io.meshdiag.fact.TokenState;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.schema.Facts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

class VmFactsTest {
    private static final String ENV = """
            ISTIO_INBOUND_PORTS='*'
            ISTIO_META_AUTO_REGISTER_GROUP='shop-vms'
            ISTIO_META_CLUSTER_ID='east'
            ISTIO_META_MESH_ID='mesh1'
            ISTIO_META_NETWORK='vm-net'
            ISTIO_META_WORKLOAD_NAME='db'
            POD_NAMESPACE='shop'
            SERVICE_ACCOUNT='db'
            TRUST_DOMAIN='cluster.local'
            """;
    private static final Instant BOOTED = Instant.parse("2026-08-22T08:00:00Z");
    private static final Identity ROOT = TestCertificates.root("Root");
    private static final Identity LEAF = TestCertificates.leaf(ROOT, "spiffe://cluster.local/ns/shop/sa/db");

    private static VmReading.Builder reading() throws Exception {
        VmSettings settings = VmSettings.parse(stream(ENV));
        return VmReading.of(MachineIdentity.of(settings, null, "db-1", "0123"))
                .settings(settings)
                .bootedAt(BOOTED);
    }

    private static List<SpecificRecord> facts(VmReading.Builder reading) {
        List<SpecificRecord> facts = new ArrayList<>();
        VmFacts.publish(reading.build(), AT, facts::add);
        return facts;
    }

    private static VmHealth health(VmReading.Builder reading) {
        return only(VmHealth.class, facts(reading)).get(0);
    }

    private static ProxyPages proxy(Identity leaf, Identity root) throws Exception {
        ProxyPages pages = new ProxyPages(new io.meshdiag.collector.extract.ProxyName("shop", "db-1"));
        pages.readConfigDump(
                stream("""
                {"configs":[
                 {"@type":"type.googleapis.com/envoy.admin.v3.BootstrapConfigDump",
                  "bootstrap":{"node":{"id":"sidecar~10.0.0.5~db-1.shop~shop.svc.cluster.local","metadata":{
                   "ISTIO_VERSION":"1.28.1","PROXY_CONFIG":{"discoveryAddress":"istiod.istio-system.svc:15012"}}}}},
                 {"@type":"type.googleapis.com/envoy.admin.v3.SecretsConfigDump","dynamic_active_secrets":[
                  {"name":"default","secret":{"name":"default","tls_certificate":{"certificate_chain":{"inline_bytes":"%s"}}}},
                  {"name":"ROOTCA","secret":{"name":"ROOTCA","validation_context":{"trusted_ca":{"inline_bytes":"%s"}}}}]}]}
                """.formatted(TestCertificates.base64(leaf.pem()), TestCertificates.base64(root.pem()))));
        pages.readServerInfo(stream("{\"state\":\"LIVE\",\"version\":\"abc/1.36.2/Clean/RELEASE/BoringSSL\"}"));
        return pages;
    }

    private static DiskCertificates disk(Identity leaf, Identity root) throws Exception {
        return new DiskCertificates(
                DiskCertificates.parse(stream(leaf.pem())), DiskCertificates.parse(stream(root.pem())), true);
    }

    private static SystemdUnit unit(String page) throws Exception {
        return SystemdUnit.parse(stream(page));
    }

    @Test
    void saysWhoTheMachineIsAlsoWhenNothingElseCouldBeRead() throws Exception {
        VmHealth health = health(reading());

        assertThat(Facts.key(health).toString()).startsWith("mesh1/east@").endsWith("/vm-health/db-1.shop");
        assertThat(health.getHeader().getObserver()).isEqualTo("vm/db-1.shop");
        assertThat(health.getNamespace()).isEqualTo("shop");
        assertThat(health.getGroup()).isEqualTo("shop-vms");
        assertThat(health.getNetwork()).isEqualTo("vm-net");
        assertThat(health.getServiceAccount()).isEqualTo("db");
        assertThat(health.getInboundPorts()).isEqualTo("*");
        assertThat(health.getAgentSource()).isEqualTo(AgentSource.UNKNOWN);
        assertThat(health.getInboundRedirection()).isEqualTo(RedirectionState.UNKNOWN);
        assertThat(health.getToken()).isEqualTo(TokenState.UNKNOWN);
        assertThat(health.getCertificatesAgree()).isNull();
        assertThat(health.getCertificateKept()).isNull();
    }

    @Test
    void takesTheAgentsStateFromSystemd() throws Exception {
        VmHealth health = health(reading()
                .unit(
                        unit(
                                "LoadState=loaded\nActiveState=active\nSubState=running\nNRestarts=3\nExecMainStartTimestampMonotonic=61000000\n"))
                .readyStatus(200)
                .agentReadyStatus(200)
                .metrics(new AgentMetrics(new AgentCounters(), AT.plusSeconds(3600))));

        assertThat(health.getAgentSource()).isEqualTo(AgentSource.SYSTEMD);
        assertThat(health.getAgentState()).isEqualTo("active");
        assertThat(health.getAgentRestarts()).isEqualTo(3);
        assertThat(health.getAgentStartedAt()).isEqualTo(BOOTED.plusSeconds(61));
        assertThat(health.getReadyStatus()).isEqualTo(200);
        assertThat(health.getAgentCounters()).isEqualTo(new AgentCounters());
        assertThat(health.getAgentCertificateExpiresAt()).isEqualTo(AT.plusSeconds(3600));
    }

    @Test
    void findsAnAgentThatIsNoUnitOfSystemd() throws Exception {
        SystemdUnit missing = unit("LoadState=not-found\nActiveState=inactive\nSubState=dead\n");
        AgentProcesses running =
                new AgentProcesses(true, true, Duration.ofSeconds(30), new LogLevels("default:info", "warning"));

        VmHealth health = health(reading().unit(missing).processes(running));

        assertThat(health.getAgentSource()).isEqualTo(AgentSource.PROCESS);
        assertThat(health.getAgentState()).isNull();
        assertThat(health.getAgentRunning()).isTrue();
        assertThat(health.getProxyRunning()).isTrue();
        assertThat(health.getAgentStartedAt()).isEqualTo(BOOTED.plusSeconds(30));
        assertThat(health.getProxyLogLevel()).isEqualTo("warning");
    }

    /** The package brings the unit; nobody has to use it. */
    @Test
    void believesTheProcessWhereTheUnitWasNeverStarted() throws Exception {
        SystemdUnit unused = unit("LoadState=loaded\nActiveState=inactive\nSubState=dead\n");
        AgentProcesses running = new AgentProcesses(true, true, Duration.ofSeconds(30), new LogLevels(null, null));
        AgentProcesses nothing = new AgentProcesses(false, false, null, new LogLevels(null, null));

        assertThat(health(reading().unit(unused).processes(running)).getAgentSource())
                .isEqualTo(AgentSource.PROCESS);
        assertThat(health(reading().unit(unused).processes(running)).getAgentState())
                .isNull();
        assertThat(health(reading().unit(unused).processes(nothing)).getAgentState())
                .isEqualTo("inactive");
    }

    @Test
    void saysNoneWhereNeitherUnitNorProcessIsThere() throws Exception {
        SystemdUnit missing = unit("LoadState=not-found\nActiveState=inactive\nSubState=dead\n");
        AgentProcesses nothing = new AgentProcesses(false, false, null, new LogLevels(null, null));

        assertThat(health(reading().unit(missing).processes(nothing)).getAgentSource())
                .isEqualTo(AgentSource.NONE);
        assertThat(health(reading().unit(missing)).getAgentSource()).isEqualTo(AgentSource.UNKNOWN);
    }

    @Test
    void tellsTheTrustOfDiskAndProxy() throws Exception {
        List<SpecificRecord> facts =
                facts(reading().proxy(proxy(LEAF, ROOT)).disk(disk(LEAF, ROOT)).readyStatus(200));

        VmHealth health = only(VmHealth.class, facts).get(0);
        assertThat(health.getCertificatesAgree()).isTrue();
        assertThat(health.getRootsAgree()).isTrue();
        assertThat(health.getServerState()).isEqualTo("LIVE");
        assertThat(health.getIstioVersion()).isEqualTo("1.28.1");
        assertThat(health.getProxyName()).isEqualTo("db-1.shop").isEqualTo(health.getVm());
        assertThat(health.getProxyAddress()).isEqualTo("10.0.0.5");
        assertThat(health.getDiscoveryAddress()).isEqualTo("istiod.istio-system.svc:15012");
        assertThat(only(TrustBundle.class, facts))
                .extracting(TrustBundle::getHolder)
                .containsExactlyInAnyOrder(TrustHolder.PROXY, TrustHolder.VM);
        assertThat(only(TrustBundle.class, facts)).allSatisfy(bundle -> {
            assertThat(bundle.getNamespace()).isEqualTo("shop");
            assertThat(bundle.getName()).isEqualTo("db-1");
            assertThat(bundle.getTrustDomain()).isEqualTo("cluster.local");
        });
        assertThat(only(ProxyConfig.class, facts)).hasSize(1);
        assertThat(facts).allSatisfy(fact -> {
            assertThat(Facts.header(fact).getObserver()).isEqualTo("vm/db-1.shop");
            assertThat(Facts.header(fact).getContentHash()).hasSize(32);
        });
    }

    @Test
    void saysThatDiskAndProxyDisagree() throws Exception {
        Identity otherRoot = TestCertificates.root("Other");
        Identity otherLeaf = TestCertificates.leaf(otherRoot, "spiffe://cluster.local/ns/shop/sa/db");

        VmHealth health = health(reading().proxy(proxy(LEAF, ROOT)).disk(disk(otherLeaf, otherRoot)));

        assertThat(health.getCertificatesAgree()).isFalse();
        assertThat(health.getRootsAgree()).isFalse();
        assertThat(health.getDiskCertificate().getSha256())
                .isNotEqualTo(health.getProxyCertificate().getSha256());
    }

    @Test
    void saysNothingOfAgreementWhereOneSideIsNotKnown() throws Exception {
        VmHealth health = health(reading().disk(disk(LEAF, ROOT)));

        assertThat(health.getCertificatesAgree()).isNull();
        assertThat(health.getRootsAgree()).isNull();
        assertThat(health.getDiskCertificate().getUris()).containsExactly("spiffe://cluster.local/ns/shop/sa/db");
    }

    @Test
    void judgesRedirectionByTheVersionThatTheMachineUses() throws Exception {
        List<Redirection> four = IptablesPage.parse(stream(Rules.NONE), 4);
        List<Redirection> six = IptablesPage.parse(stream(Rules.WHOLE), 6);

        VmHealth both = health(reading()
                .addresses(List.of("10.0.0.5", "2001:db8::5"))
                .redirection(four)
                .redirection(six));
        VmHealth only6 = health(reading()
                .addresses(List.of("127.0.0.1", "::1", "fe80::1", "2001:db8::5"))
                .redirection(four)
                .redirection(six));

        assertThat(both.getOutboundRedirection()).isEqualTo(RedirectionState.ABSENT);
        assertThat(both.getRedirection()).extracting(Redirection::getIpVersion).containsExactly(4, 6);
        assertThat(only6.getOutboundRedirection()).isEqualTo(RedirectionState.PRESENT);
        assertThat(only6.getAddresses()).containsExactly("2001:db8::5");
    }

    @Test
    void believesTheCommandThatSeesMost() throws Exception {
        VmHealth health = health(reading()
                .redirection(IptablesPage.parse(stream(Rules.NONE), 4))
                .redirection(NftablesPage.parse(stream(Rules.NFT))));

        assertThat(health.getInboundRedirection()).isEqualTo(RedirectionState.PRESENT);
        assertThat(health.getOutboundRedirection()).isEqualTo(RedirectionState.PRESENT);
    }

    @Test
    void doesNotDenyRulesThatItMayNotSee() throws Exception {
        VmHealth hidden = health(
                reading().redirection(IptablesPage.parse(stream(Rules.NONE), 4)).redirection(IptablesPage.unseen(4)));
        VmHealth seen = health(reading()
                .redirection(IptablesPage.parse(stream(Rules.WHOLE), 4))
                .redirection(IptablesPage.unseen(4)));

        assertThat(hidden.getOutboundRedirection()).isEqualTo(RedirectionState.UNKNOWN);
        assertThat(hidden.getRedirection().get(0).getOutboundReason())
                .isEqualTo("there may be rules that only iptables-legacy-save shows");
        assertThat(seen.getOutboundRedirection()).isEqualTo(RedirectionState.PRESENT);
    }

    @Test
    void tellsTheStateOfTheToken() throws Exception {
        assertThat(health(reading().token(Token.MISSING)).getToken()).isEqualTo(TokenState.MISSING);
        assertThat(health(reading().token(new Token(TokenState.PRESENT, AT))).getTokenExpiresAt())
                .isEqualTo(AT);
    }

    @Test
    void saysTheSameAgainWhenNothingChanged() throws Exception {
        List<SpecificRecord> first = facts(reading().proxy(proxy(LEAF, ROOT)).disk(disk(LEAF, ROOT)));
        List<SpecificRecord> second = new ArrayList<>();
        VmFacts.publish(
                reading().proxy(proxy(LEAF, ROOT)).disk(disk(LEAF, ROOT)).build(), AT.plusSeconds(60), second::add);

        assertThat(second)
                .extracting(fact -> Facts.header(fact).getContentHash())
                .isEqualTo(first.stream()
                        .map(fact -> Facts.header(fact).getContentHash())
                        .toList());
    }
}
