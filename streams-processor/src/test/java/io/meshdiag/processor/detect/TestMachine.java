package io.meshdiag.processor.detect;

import static io.meshdiag.processor.detect.FleetFixtures.MESH;
import static io.meshdiag.processor.detect.FleetFixtures.NOW;

import io.meshdiag.fact.AgentSource;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.CollectorMode;
import io.meshdiag.fact.FactHeader;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.RedirectionState;
import io.meshdiag.fact.SourceCoverage;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.TokenState;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.Views;
import io.meshdiag.schema.Facts;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RootUse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;

/** A healthy virtual machine of group shop/db that says it belongs to a cluster; its uid is its name with "-uid". */
public final class TestMachine {
    private final List<Row<?>> others = new ArrayList<>();
    private final ClusterSummary summary;
    private final VmHealth health;

    TestMachine(String cluster, String host) {
        this.summary = ClusterSummary.newBuilder()
                .setMeshId(MESH)
                .setClusterId(cluster)
                .setClusterUid(host + "-uid")
                .setVm(host + ".shop")
                .setAsOf(NOW)
                .setComplete(true)
                .setSilent(false)
                .setMode(CollectorMode.VM)
                .setSources(List.of())
                .build();
        CertificateInfo certificate = certificate(NOW.minus(Duration.ofHours(6)), NOW.plus(Duration.ofHours(18)));
        this.health = VmHealth.newBuilder()
                .setHeader(header())
                .setVm(host + ".shop")
                .setHostName(host)
                .setNamespace("shop")
                .setAddresses(List.of("10.30.0.7"))
                .setGroup("db")
                .setServiceAccount("db")
                .setDiscoveryAddress("istiod.istio-system.svc:15012")
                .setAgentSource(AgentSource.SYSTEMD)
                .setAgentState("active")
                .setAgentSubState("running")
                .setReadyStatus(200)
                .setServerState("LIVE")
                .setDiskCertificate(certificate)
                .setCertificateKept(true)
                .setProxyCertificate(certificate)
                .setToken(TokenState.PRESENT)
                .setTokenExpiresAt(NOW.minus(Duration.ofDays(20)))
                .setBootedAt(NOW.minus(Duration.ofHours(1)))
                .setInboundRedirection(RedirectionState.PRESENT)
                .setOutboundRedirection(RedirectionState.PRESENT)
                .build();
    }

    public static TestMachine machine(String cluster, String host) {
        return new TestMachine(cluster, host);
    }

    public ClusterSummary summary() {
        return summary;
    }

    public VmHealth health() {
        return health;
    }

    List<Row<?>> rows() {
        List<Row<?>> rows = new ArrayList<>(others);
        rows.add(new Row<>(Facts.key(health), health));
        return rows;
    }

    /** Its own scope. */
    public ClusterView view() {
        return Views.ofCluster(summary, NOW, rows());
    }

    public TestMachine silent() {
        summary.setSilent(true);
        return this;
    }

    public TestMachine incomplete() {
        summary.setComplete(false);
        return this;
    }

    /** Known by a capture only. */
    public TestMachine captured() {
        summary.setMode(CollectorMode.ARCHIVE);
        return this;
    }

    public TestMachine source(String name, SourceState state) {
        List<SourceCoverage> sources = new ArrayList<>(summary.getSources());
        sources.removeIf(source -> source.getSource().equals(name));
        sources.add(new SourceCoverage(name, state, "run as root", 0, 1, null));
        summary.setSources(sources);
        return this;
    }

    /** What it says of itself, where that differs. */
    public TestMachine says(UnaryOperator<VmHealth.Builder> change) {
        VmHealth changed = change.apply(VmHealth.newBuilder(health)).build();
        for (var field : VmHealth.getClassSchema().getFields()) {
            health.put(field.pos(), changed.get(field.pos()));
        }
        return this;
    }

    /** The certificate in use and on disk. */
    public TestMachine certified(Instant from, Instant until) {
        CertificateInfo certificate = certificate(from, until);
        return says(vm -> vm.setDiskCertificate(certificate).setProxyCertificate(certificate));
    }

    /** The agent's log has shown these signatures lately. */
    public TestMachine logs(String... signatures) {
        summary.setVmSignals(Arrays.stream(signatures).sorted().toList());
        return with(LogSignals.newBuilder()
                .setHeader(header())
                .setComponent("vm-agent")
                .setNamespace("")
                .setInstance(summary.getVm())
                .setSignals(Arrays.stream(signatures)
                        .sorted()
                        .map(signature ->
                                new LogSignal(signature, "", 3L, NOW.minusSeconds(300), NOW, "a line of " + signature))
                        .toList())
                .setLines(100L)
                .setErrors(3L)
                .setWarnings(0L)
                .build());
    }

    /** Its Envoy has listeners from istiod. */
    public TestMachine configured() {
        return with(ProxyConfig.newBuilder()
                .setHeader(header())
                .setNamespace("shop")
                .setName(summary.getVm())
                .setListenersVersion("2026-03-01T11:00:00Z/7")
                .setActiveListeners(20)
                .build());
    }

    public TestMachine trusts(String... roots) {
        summary.setTrustHolders(1);
        summary.setTrustedRoots(Arrays.stream(roots)
                .map(root -> new RootUse(TestCluster.root(root), 1, List.of("shop/" + summary.getVm())))
                .toList());
        return this;
    }

    /** Its own certificate descends from this root. */
    public TestMachine signedBy(String root) {
        summary.setIssuers(List.of(new RootUse(TestCluster.root(root), 1, List.of("shop/" + summary.getVm()))));
        return this;
    }

    public static CertificateInfo certificate(Instant from, Instant until) {
        return CertificateInfo.newBuilder()
                .setSubject("")
                .setIssuer("")
                .setSerial("1")
                .setNotBefore(from)
                .setNotAfter(until)
                .build();
    }

    private TestMachine with(SpecificRecord fact) {
        others.add(new Row<>(Facts.key(fact), fact));
        return this;
    }

    private FactHeader header() {
        return FactHeader.newBuilder()
                .setMeshId(MESH)
                .setClusterId(summary.getClusterId())
                .setClusterUid(summary.getClusterUid())
                .setObserver("vm/" + summary.getVm())
                .setObservedAt(NOW)
                .setSource("test")
                .setContentHash("")
                .build();
    }
}
