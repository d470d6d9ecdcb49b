package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.collector.extract.vm.AgentConfig;
import io.meshdiag.collector.extract.vm.AgentMetrics;
import io.meshdiag.collector.extract.vm.AgentProcesses;
import io.meshdiag.collector.extract.vm.DiskCertificates;
import io.meshdiag.collector.extract.vm.MachineIdentity;
import io.meshdiag.collector.extract.vm.SystemdUnit;
import io.meshdiag.collector.extract.vm.Token;
import io.meshdiag.collector.extract.vm.VmReading;
import io.meshdiag.collector.extract.vm.VmSettings;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.Redirection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The latest of everything that was read of one machine. What cannot be read any more is not remembered: facts say what is known now. Not thread-safe.
 */
final class Parts {
    VmSettings sidecarEnv = VmSettings.NONE;
    VmSettings clusterEnv = VmSettings.NONE;
    AgentConfig config;
    SystemdUnit unit;
    AgentProcesses processes;
    List<Integer> listeners;
    Integer readyStatus;
    Integer agentReadyStatus;
    AgentMetrics metrics;
    /** Null when nothing is known of it; empty when there is no such file. */
    List<CertificateInfo> chain;

    List<CertificateInfo> roots;
    Token token;
    List<String> discoveryHosts = List.of();
    final Map<String, List<Redirection>> redirection = new TreeMap<>();

    private MachineIdentity identity;
    private byte[] serverInfo;
    private byte[] certs;
    private ProxyPages proxy;
    private boolean dumped;

    /** Is known when the settings were read, and from then on. */
    void identified(MachineIdentity who) {
        identity = who;
    }

    MachineIdentity identity() {
        return identity;
    }

    /** cluster.env is sourced last. */
    VmSettings settings() {
        return sidecarEnv.overriddenBy(clusterEnv);
    }

    /** Where the agent asks for its configuration; empty when no setting tells. */
    String discoveryAddress() {
        String address = settings().discoveryAddress(config);
        return address == null ? "" : address;
    }

    /** Envoy's state now; a new dump is not needed for it. */
    void serverInfo(InputStream page) throws IOException, UnreadablePageException {
        serverInfo = page.readAllBytes();
        proxy = proxy == null ? new ProxyPages(identity.proxy()) : proxy;
        proxy.readServerInfo(new ByteArrayInputStream(serverInfo));
    }

    void certs(InputStream page) throws IOException, UnreadablePageException {
        certs = page.readAllBytes();
        proxy = proxy == null ? new ProxyPages(identity.proxy()) : proxy;
        proxy.readCerts(new ByteArrayInputStream(certs));
    }

    void clusters(InputStream page) throws IOException, UnreadablePageException {
        proxy = proxy == null ? new ProxyPages(identity.proxy()) : proxy;
        proxy.readClusters(page);
    }

    /** A dump takes the place of the one before; what the small pages said stays. */
    void configDump(InputStream page) throws IOException, UnreadablePageException {
        if (proxy == null || dumped) {
            proxy = new ProxyPages(identity.proxy());
            if (serverInfo != null) {
                proxy.readServerInfo(new ByteArrayInputStream(serverInfo));
            }
            if (certs != null) {
                proxy.readCerts(new ByteArrayInputStream(certs));
            }
        }
        dumped = true;
        proxy.readConfigDump(page);
    }

    /** Envoy does not answer: nothing is known of it. */
    void envoyAway() {
        proxy = null;
        serverInfo = null;
        certs = null;
        dumped = false;
    }

    /** True when Envoy does not answer because there is none. */
    boolean envoyGone() {
        return proxy == null && processes != null && !processes.envoy();
    }

    VmReading reading(Instant bootedAt, List<String> addresses) {
        VmReading.Builder reading = VmReading.of(identity)
                .settings(settings())
                .config(config)
                .addresses(addresses)
                .discoveryHosts(discoveryHosts)
                .bootedAt(bootedAt)
                .unit(unit)
                .processes(processes)
                .listeners(listeners)
                .readyStatus(readyStatus)
                .agentReadyStatus(agentReadyStatus)
                .metrics(metrics)
                .proxy(proxy)
                .disk(
                        chain == null && roots == null
                                ? null
                                : new DiskCertificates(
                                        chain == null ? List.of() : chain,
                                        roots == null ? List.of() : roots,
                                        chain == null ? null : !chain.isEmpty()))
                .token(token);
        redirection.values().forEach(reading::redirection);
        return reading.build();
    }
}
