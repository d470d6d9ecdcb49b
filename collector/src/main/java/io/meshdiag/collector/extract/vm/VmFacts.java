package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.fact.AgentSource;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.ProxyConfig;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.fact.VmHealth;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Assembles what was read of a machine into its facts: VmHealth, TrustBundle of its disk, ProxyConfig and TrustBundle of its Envoy. */
public final class VmFacts {
    private static final int MAX_ADDRESSES = 50;
    private static final int MAX_ROOTS = 50;
    private static final String SPIFFE = "spiffe://";

    private final VmReading reading;
    private final VmHealth.Builder health = VmHealth.newBuilder();
    private ProxyConfig proxyConfig;
    private TrustBundle proxyTrust;

    private VmFacts(VmReading reading) {
        this.reading = reading;
    }

    /**
     * Gives the facts of one look.
     *
     * @param observedAt when the look was taken, or the capture made
     */
    public static void publish(VmReading reading, Instant observedAt, FactSink facts) {
        new VmFacts(reading).publish(observedAt, facts);
    }

    private void publish(Instant observedAt, FactSink facts) {
        MachineIdentity identity = reading.identity();
        if (reading.proxy() != null) {
            reading.proxy().publish(identity.origin(observedAt, "envoy:/config_dump"), fact -> {
                if (fact instanceof ProxyConfig config) {
                    proxyConfig = config;
                } else if (fact instanceof TrustBundle trust) {
                    proxyTrust = trust;
                }
                facts.accept(fact);
            });
        }
        DiskCertificates disk = reading.disk();
        if (disk != null && !(disk.chain().isEmpty() && disk.roots().isEmpty())) {
            facts.accept(Digests.stamp(diskTrust(disk, identity.origin(observedAt, "vm:/etc/certs"))));
        }
        identity();
        agent();
        proxy();
        redirection();
        trust();
        facts.accept(Digests.stamp(
                health.setHeader(identity.origin(observedAt, "vm").header()).build()));
    }

    private void identity() {
        MachineIdentity identity = reading.identity();
        VmSettings settings = settings();
        health.setVm(identity.vm())
                .setHostName(identity.hostName())
                .setNamespace(identity.namespace())
                .setAddresses(reading.addresses().stream()
                        .filter(VmFacts::routable)
                        .distinct()
                        .sorted()
                        .limit(MAX_ADDRESSES)
                        .toList())
                .setBootedAt(reading.bootedAt())
                .setNetwork(settings.text("ISTIO_META_NETWORK"))
                .setClaimedClusterId(settings.text("ISTIO_META_CLUSTER_ID"))
                .setClaimedMeshId(settings.text("ISTIO_META_MESH_ID"))
                .setTrustDomain(settings.text("TRUST_DOMAIN"))
                .setGroup(settings.text("ISTIO_META_AUTO_REGISTER_GROUP"))
                .setWorkloadName(settings.text("ISTIO_META_WORKLOAD_NAME"))
                .setServiceAccount(settings.text("SERVICE_ACCOUNT"))
                .setCustomIpTables("true".equals(settings.text("ISTIO_CUSTOM_IP_TABLES")))
                .setInboundPorts(settings.written("ISTIO_INBOUND_PORTS"))
                .setServiceCidr(settings.written("ISTIO_SERVICE_CIDR"))
                .setDiscoveryHosts(reading.discoveryHosts());
    }

    /** What cluster.env and sidecar.env set, and beneath them what the mesh config does. */
    private VmSettings settings() {
        return reading.config() == null
                ? reading.settings()
                : reading.config().metadata().overriddenBy(reading.settings());
    }

    private static boolean routable(String address) {
        return !address.startsWith("127.")
                && !address.startsWith("169.254.")
                && !address.equals("::1")
                && !address.regionMatches(true, 0, "fe80:", 0, 5);
    }

    private void agent() {
        AgentProcesses processes = reading.processes();
        SystemdUnit unit = unit(processes);
        if (unit != null) {
            health.setAgentState(unit.activeState())
                    .setAgentSubState(unit.subState())
                    .setAgentResult(unit.result())
                    .setAgentRestarts(unit.restarts())
                    .setAgentExitStatus(unit.exitStatus())
                    .setAgentStartedAt(
                            unit.startedAt() == null ? afterBoot(unit.startedAfterBoot()) : unit.startedAt());
        }
        LogLevels levels = settings().logLevels();
        if (processes != null) {
            levels = processes.levels().or(levels);
            health.setAgentRunning(processes.agent()).setProxyRunning(processes.envoy());
            if (unit == null) {
                health.setAgentStartedAt(afterBoot(processes.agentStartedAfterBoot()));
            }
        }
        health.setAgentSource(source(unit, processes))
                .setAgentLogLevel(levels.agent())
                .setProxyLogLevel(levels.proxy())
                .setListeningPorts(reading.listeners())
                .setReadyStatus(reading.readyStatus())
                .setAgentReadyStatus(reading.agentReadyStatus());
        if (reading.metrics() != null) {
            health.setAgentCounters(reading.metrics().counters())
                    .setAgentCertificateExpiresAt(reading.metrics().certificateExpiresAt());
        }
    }

    /** Null when there is none, or when the agent runs although it is inactive: somebody else has started it, and the unit says nothing of it. */
    private SystemdUnit unit(AgentProcesses processes) {
        SystemdUnit unit = reading.unit();
        if (unit == null || !unit.found()) {
            return null;
        }
        boolean elsewhere = unit.activeState().equals("inactive") && processes != null && processes.agent();
        return elsewhere ? null : unit;
    }

    private AgentSource source(SystemdUnit unit, AgentProcesses processes) {
        boolean answers = reading.agentReadyStatus() != null || reading.metrics() != null;
        if (unit != null) {
            return AgentSource.SYSTEMD;
        }
        if (processes != null) {
            return processes.agent() || answers ? AgentSource.PROCESS : AgentSource.NONE;
        }
        return answers ? AgentSource.PROCESS : AgentSource.UNKNOWN;
    }

    private Instant afterBoot(Duration duration) {
        return duration == null || reading.bootedAt() == null
                ? null
                : reading.bootedAt().plus(duration);
    }

    private void proxy() {
        health.setDiscoveryAddress(settings().discoveryAddress(reading.config()))
                .setProxyAddress(settings().text("ISTIO_SVC_IP"));
        if (proxyConfig == null) {
            return;
        }
        health.setServerState(proxyConfig.getServerState()).setIstioVersion(proxyConfig.getIstioVersion());
        if (proxyConfig.getDiscoveryAddress() != null) {
            health.setDiscoveryAddress(proxyConfig.getDiscoveryAddress());
        }
        String[] node = proxyConfig.getNodeId() == null
                ? new String[0]
                : proxyConfig.getNodeId().split("~", -1);
        if (node.length == 4) {
            health.setProxyAddress(Printable.shorten(node[1], 64)).setProxyName(Printable.shorten(node[2], 300));
        }
    }

    private void redirection() {
        Redirections all = Redirections.merged(reading.redirection());
        health.setRedirection(all.byVersion());
        all.of(health.getAddresses()).ifPresent(used -> health.setInboundRedirection(used.getInbound())
                .setOutboundRedirection(used.getOutbound()));
    }

    private void trust() {
        CertificateInfo onDisk =
                reading.disk() == null || reading.disk().chain().isEmpty()
                        ? null
                        : reading.disk().chain().get(0);
        CertificateInfo inProxy = proxyConfig == null ? null : proxyConfig.getWorkloadCertificate();
        health.setDiskCertificate(onDisk)
                .setCertificateKept(
                        reading.disk() == null ? null : reading.disk().kept())
                .setProxyCertificate(inProxy);
        if (onDisk != null && inProxy != null) {
            // Envoy's /certs shows no bodies, hence no fingerprints: serial numbers then have to do.
            health.setCertificatesAgree(
                    inProxy.getSha256() == null
                            ? inProxy.getSerial().equals(onDisk.getSerial())
                            : inProxy.getSha256().equals(onDisk.getSha256()));
        }
        if (reading.disk() != null
                && !reading.disk().roots().isEmpty()
                && proxyTrust != null
                && !proxyTrust.getTrustedRoots().isEmpty()) {
            health.setRootsAgree(
                    fingerprints(Certificates.distinct(reading.disk().roots()).stream()
                                    .limit(MAX_ROOTS)
                                    .toList())
                            .equals(fingerprints(proxyTrust.getTrustedRoots())));
        }
        if (reading.token() != null) {
            health.setToken(reading.token().state())
                    .setTokenExpiresAt(reading.token().expiresAt());
        }
    }

    private static Set<String> fingerprints(List<CertificateInfo> certificates) {
        return certificates.stream().map(CertificateInfo::getSha256).collect(Collectors.toSet());
    }

    private TrustBundle diskTrust(DiskCertificates disk, Origin origin) {
        List<CertificateInfo> roots = Certificates.distinct(disk.roots());
        List<CertificateInfo> chain = disk.chain();
        return TrustBundle.newBuilder()
                .setHeader(origin.header())
                .setHolder(TrustHolder.VM)
                .setNamespace(reading.identity().namespace())
                .setName(reading.identity().hostName())
                .setTrustDomain(chain.isEmpty() ? null : trustDomain(chain.get(0)))
                .setTrustedRoots(roots.subList(0, Math.min(MAX_ROOTS, roots.size())))
                .setTrustedRootsCount(roots.size())
                .setIssuingChain(chain.isEmpty() ? List.of() : List.copyOf(chain.subList(1, chain.size())))
                .setLeaf(chain.isEmpty() ? null : chain.get(0))
                .build();
    }

    private static String trustDomain(CertificateInfo leaf) {
        return leaf.getUris().stream()
                .filter(uri -> uri.startsWith(SPIFFE))
                .map(uri -> uri.substring(SPIFFE.length()).split("/", 2)[0])
                .findFirst()
                .orElse(null);
    }
}
