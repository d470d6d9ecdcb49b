package io.meshdiag.collector.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.meshdiag.collector.publish.RecordedFacts;
import io.meshdiag.fact.AgentSource;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.Heartbeat;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.RedirectionState;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.TokenState;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.fact.VmHealth;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VmCollectorTest {
    @TempDir
    private Path dir;

    private SimulatedMachine machine;
    private final RecordedFacts facts = new RecordedFacts();

    @BeforeEach
    void simulate() throws IOException {
        machine = new SimulatedMachine(dir.resolve("root"));
    }

    @AfterEach
    void end() {
        machine.close();
    }

    private void look() throws InterruptedException {
        try (VmCollector collector =
                new VmCollector(machine.around(machine.config(dir.resolve("state"), Map.of()), facts))) {
            collector.once();
        }
    }

    private SourceCoverage source(String name) {
        return facts.one(Heartbeat.class).getSources().stream()
                .filter(source -> source.getSource().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void tellsHowAHealthyMachineIs() throws Exception {
        look();

        VmHealth health = facts.one(VmHealth.class);
        assertThat(health.getVm()).isEqualTo("db-1.shop");
        assertThat(health.getHeader().getClusterId()).isEqualTo("east");
        assertThat(health.getHeader().getMeshId()).isEqualTo("mesh1");
        assertThat(health.getHeader().getObserver()).isEqualTo("vm/db-1.shop");
        assertThat(health.getAddresses()).containsExactly("10.0.0.7");
        assertThat(health.getBootedAt()).isEqualTo(Instant.parse("2026-08-22T07:00:00Z"));
        assertThat(health.getAgentSource()).isEqualTo(AgentSource.SYSTEMD);
        assertThat(health.getAgentState()).isEqualTo("active");
        assertThat(health.getAgentRestarts()).isEqualTo(2);
        assertThat(health.getAgentStartedAt()).isEqualTo(Instant.parse("2026-08-22T07:00:40Z"));
        assertThat(health.getAgentRunning()).isTrue();
        assertThat(health.getProxyRunning()).isTrue();
        assertThat(health.getListeningPorts()).containsExactly(15_001);
        assertThat(health.getReadyStatus()).isEqualTo(200);
        assertThat(health.getAgentReadyStatus()).isEqualTo(200);
        assertThat(health.getServerState()).isEqualTo("LIVE");
        assertThat(health.getInboundRedirection()).isEqualTo(RedirectionState.PRESENT);
        assertThat(health.getOutboundRedirection()).isEqualTo(RedirectionState.PRESENT);
        assertThat(health.getToken()).isEqualTo(TokenState.PRESENT);
        assertThat(health.getTokenExpiresAt()).isEqualTo(Instant.ofEpochSecond(1_787_500_000L));
        assertThat(health.getCertificateKept()).isTrue();
        assertThat(health.getCertificatesAgree()).isTrue();
        assertThat(health.getRootsAgree()).isTrue();
        assertThat(health.getDiscoveryAddress()).isEqualTo("istiod.istio-system.svc:15012");
        assertThat(health.getDiscoveryHosts()).containsExactly("192.0.2.10");
        assertThat(health.getAgentCounters().getIstiodConnectionFailures()).isEqualTo(3);
    }

    @Test
    void seesThatACertificateIsNotKeptAlsoWhereEnvoyShowsOne() throws Exception {
        machine.without("/etc/certs/cert-chain.pem");

        look();

        VmHealth health = facts.one(VmHealth.class);
        assertThat(health.getCertificateKept()).isFalse();
        assertThat(health.getDiskCertificate()).isNull();
        assertThat(health.getProxyCertificate()).isNotNull();
    }

    @Test
    void doesNotMissACertificateThatTheAgentWritesElsewhere() throws Exception {
        machine.without("/etc/certs/cert-chain.pem");
        machine.file("/var/lib/istio/envoy/sidecar.env", "OUTPUT_CERTS=/var/lib/istio/certs\n");

        look();

        assertThat(facts.one(VmHealth.class).getCertificateKept()).isNull();
    }

    @Test
    void tellsOfEnvoyAndOfBothTrustBundles() throws Exception {
        look();

        ProxyConfig proxy = facts.one(ProxyConfig.class);
        assertThat(proxy.getActiveClusters()).isEqualTo(1);
        assertThat(proxy.getUnhealthyEndpoints()).isEqualTo(1);
        assertThat(proxy.getEjectedEndpoints()).isEqualTo(1);
        assertThat(proxy.getRejectedCount()).isEqualTo(1);
        assertThat(facts.only(TrustBundle.class))
                .extracting(TrustBundle::getHolder)
                .containsExactlyInAnyOrder(TrustHolder.PROXY, TrustHolder.VM);
    }

    @Test
    void countsWhatItsLogsAndItsJournalSay() throws Exception {
        look();

        LogSignals logs = facts.one(LogSignals.class);
        assertThat(logs.getComponent()).isEqualTo("vm-agent");
        assertThat(logs.getLines()).isEqualTo(6);
        assertThat(logs.getSignals())
                .extracting(LogSignal::getSignature)
                .contains("proxy.ready", "proxy.xds.connect.refused", "proxy.xds.terminated.auth");
    }

    @Test
    void isAnObserverOfItsOwnWhoseHeartbeatCountsItsSubjects() throws Exception {
        look();

        Heartbeat heartbeat = facts.one(Heartbeat.class);
        assertThat(heartbeat.getMode()).isEqualTo(CollectorMode.VM);
        assertThat(heartbeat.getCollector()).isEqualTo("vm-db-1.shop");
        assertThat(heartbeat.getHeader().getClusterUid()).matches("[0-9a-f]{32}");
        assertThat(heartbeat.getSources())
                .filteredOn(source -> source.getState() != SourceState.OK)
                .isEmpty();
        assertThat(heartbeat.getSubjects())
                .extracting(count -> count.getName() + "=" + count.getValue())
                .containsExactlyInAnyOrder("LogSignals=1", "ProxyConfig=1", "TrustBundle=2", "vm-health=1");
    }

    @Test
    void nothingSecretOfTheMachineIsInAFact() throws Exception {
        look();

        assertThat(machine.secrets()).hasSizeGreaterThan(20);
        assertThat(facts.all().toString()).doesNotContain(machine.secrets().toArray(String[]::new));
    }

    @Test
    void withoutCapabilityItSaysThatThePacketFilterCannotBeSeen() throws Exception {
        String refusal = "echo \"$0 v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied"
                + " (you must be root)\" >&2; exit 4\n";
        machine.command("iptables-save", refusal);
        machine.command("ip6tables-save", refusal);
        machine.command("nft", "echo 'Operation not permitted (you must be root)' >&2; exit 1\n");

        look();

        assertThat(facts.one(VmHealth.class).getInboundRedirection()).isEqualTo(RedirectionState.UNKNOWN);
        assertThat(source("vm/iptables").getState()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(source("vm/iptables").getDetail()).contains("CAP_NET_ADMIN");
    }

    @Test
    void aMachineWithoutSystemdIsJudgedByItsProcesses() throws Exception {
        machine.without("/usr/bin/systemctl");
        machine.without("/usr/bin/journalctl");

        look();

        VmHealth health = facts.one(VmHealth.class);
        assertThat(health.getAgentSource()).isEqualTo(AgentSource.PROCESS);
        assertThat(health.getAgentLogLevel()).isEqualTo("default:info");
        assertThat(source("vm/unit").getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(source("vm/unit").getDetail()).contains("no command systemctl");
        assertThat(source("vm/journal").getState()).isEqualTo(SourceState.MISSING);
    }

    @Test
    void ofAnEnvoyThatIsAwayNothingIsSaid() throws Exception {
        machine.silent("admin");
        machine.silent("ready");

        look();

        VmHealth health = facts.one(VmHealth.class);
        assertThat(health.getServerState()).isNull();
        assertThat(health.getReadyStatus()).isNull();
        assertThat(health.getAgentReadyStatus()).isEqualTo(200);
        assertThat(facts.only(ProxyConfig.class)).isEmpty();
        assertThat(source("vm/config_dump").getState()).isEqualTo(SourceState.UNREACHABLE);
        assertThat(source("vm/ready").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void notReadyIsAnAnswerToo() throws Exception {
        machine.page("ready", "/healthz/ready", request -> {
            request.sendResponseHeaders(503, -1);
            request.close();
        });

        look();

        assertThat(facts.one(VmHealth.class).getReadyStatus()).isEqualTo(503);
        assertThat(source("vm/ready").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void aPageThatIsSomethingElseCostsItsOwnFactsOnly() throws Exception {
        machine.page("admin", "/config_dump", "<html>captive portal</html>");
        machine.file("/etc/certs/cert-chain.pem", "-----BEGIN CERTIFICATE-----\nhalf");
        machine.file("/var/lib/istio/envoy/sidecar.env", "A='never ends");

        look();

        assertThat(source("vm/config_dump").getState()).isEqualTo(SourceState.UNREADABLE);
        assertThat(source("vm/certs").getDetail()).contains("cert-chain.pem");
        assertThat(source("vm/config").getDetail()).contains("sidecar.env");
        assertThat(facts.one(VmHealth.class).getNetwork()).isEqualTo("vm-net");
        assertThat(facts.one(ProxyConfig.class).getTruncated()).isTrue();
    }

    @Test
    void aMachineWithoutIstioSaysThatThereIsNone() throws Exception {
        for (String file : new String[] {
            "/var/lib/istio/envoy/cluster.env",
            "/etc/istio/config/mesh",
            "/etc/certs/cert-chain.pem",
            "/etc/certs/root-cert.pem",
            "/var/run/secrets/tokens/istio-token",
            "/proc/700/cmdline",
            "/proc/720/cmdline"
        }) {
            machine.without(file);
        }
        machine.command("systemctl", "printf 'LoadState=not-found\\nActiveState=inactive\\nSubState=dead\\n'\n");
        machine.silent("admin");
        machine.silent("agent");
        machine.silent("ready");

        look();

        VmHealth health = facts.one(VmHealth.class);
        assertThat(health.getAgentSource()).isEqualTo(AgentSource.NONE);
        assertThat(health.getToken()).isEqualTo(TokenState.MISSING);
        assertThat(health.getHeader().getClusterId()).isEqualTo("Kubernetes");
        assertThat(source("vm/token").getState()).isEqualTo(SourceState.MISSING);
        assertThat(source("vm/config").getState()).isEqualTo(SourceState.PARTIAL);
    }

    @Test
    void whatAFormerNameWasToldUnderIsTakenBack() throws Exception {
        Path state = dir.resolve("state");
        run(state, facts);
        machine.file("/var/lib/istio/envoy/sidecar.env", "");
        machine.file("/var/lib/istio/envoy/cluster.env", "POD_NAMESPACE=shop\nISTIO_META_CLUSTER_ID=west\n");
        RecordedFacts later = new RecordedFacts();

        run(state, later);

        assertThat(later.calls())
                .filteredOn(call -> call.startsWith("tombstone mesh1/east@"))
                .hasSize(6);
    }

    private void run(Path state, RecordedFacts into) {
        try (VmCollector collector = new VmCollector(machine.around(machine.config(state, Map.of()), into))) {
            collector.start();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !into.only(Heartbeat.class).isEmpty());
        }
    }
}
