package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.envoy.ProxyPages;
import io.meshdiag.fact.Redirection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What one look at a machine found. Every part that could not be read is null (or empty), and only the facts that need it are silent.
 *
 * @param identity who the machine is
 * @param settings sidecar.env and cluster.env
 * @param config the mesh config; null when there is none
 * @param addresses IP addresses of the machine's interfaces
 * @param discoveryHosts see {@link HostsFile}
 * @param bootedAt when the machine booted; to be read once, for the kernel's answer moves by a second when the clock is corrected
 * @param unit null when systemd could not be asked
 * @param processes null when the process table could not be read
 * @param listeners ports of the agent and of Envoy that somebody listens on; null when that could not be read
 * @param readyStatus HTTP status of :15021/healthz/ready; null when nothing answered
 * @param agentReadyStatus HTTP status of :15020/healthz/ready; null when nothing answered
 * @param metrics null when the agent's metrics could not be read
 * @param proxy Envoy's pages, read; null when its admin port did not answer
 * @param disk null when no certificate file could be read
 * @param token null when it may not be looked for
 * @param redirection of iptables-save, ip6tables-save and nft, in any order; an IP version may be in it several times
 */
public record VmReading(
        MachineIdentity identity,
        VmSettings settings,
        AgentConfig config,
        List<String> addresses,
        List<String> discoveryHosts,
        Instant bootedAt,
        SystemdUnit unit,
        AgentProcesses processes,
        List<Integer> listeners,
        Integer readyStatus,
        Integer agentReadyStatus,
        AgentMetrics metrics,
        ProxyPages proxy,
        DiskCertificates disk,
        Token token,
        List<Redirection> redirection) {

    public VmReading {
        addresses = List.copyOf(addresses);
        discoveryHosts = List.copyOf(discoveryHosts);
        listeners = listeners == null ? null : List.copyOf(listeners);
        redirection = List.copyOf(redirection);
    }

    /** Begins a look: nothing is read yet. */
    public static Builder of(MachineIdentity identity) {
        return new Builder(identity);
    }

    /** Takes the parts as they are read, in any order. */
    public static final class Builder {
        private final MachineIdentity identity;
        private VmSettings settings = VmSettings.NONE;
        private AgentConfig config;
        private List<String> addresses = List.of();
        private List<String> discoveryHosts = List.of();
        private Instant bootedAt;
        private SystemdUnit unit;
        private AgentProcesses processes;
        private List<Integer> listeners;
        private Integer readyStatus;
        private Integer agentReadyStatus;
        private AgentMetrics metrics;
        private ProxyPages proxy;
        private DiskCertificates disk;
        private Token token;
        private final List<Redirection> redirection = new ArrayList<>();

        private Builder(MachineIdentity identity) {
            this.identity = identity;
        }

        public Builder settings(VmSettings read) {
            settings = read;
            return this;
        }

        public Builder config(AgentConfig read) {
            config = read;
            return this;
        }

        public Builder addresses(List<String> read) {
            addresses = read;
            return this;
        }

        public Builder discoveryHosts(List<String> read) {
            discoveryHosts = read;
            return this;
        }

        public Builder bootedAt(Instant read) {
            bootedAt = read;
            return this;
        }

        public Builder unit(SystemdUnit read) {
            unit = read;
            return this;
        }

        public Builder processes(AgentProcesses read) {
            processes = read;
            return this;
        }

        public Builder listeners(List<Integer> read) {
            listeners = read;
            return this;
        }

        public Builder readyStatus(Integer read) {
            readyStatus = read;
            return this;
        }

        public Builder agentReadyStatus(Integer read) {
            agentReadyStatus = read;
            return this;
        }

        public Builder metrics(AgentMetrics read) {
            metrics = read;
            return this;
        }

        public Builder proxy(ProxyPages read) {
            proxy = read;
            return this;
        }

        public Builder disk(DiskCertificates read) {
            disk = read;
            return this;
        }

        public Builder token(Token read) {
            token = read;
            return this;
        }

        /** What one command showed; called once for each that answered. */
        public Builder redirection(List<Redirection> read) {
            redirection.addAll(read);
            return this;
        }

        public VmReading build() {
            return new VmReading(
                    identity,
                    settings,
                    config,
                    addresses,
                    discoveryHosts,
                    bootedAt,
                    unit,
                    processes,
                    listeners,
                    readyStatus,
                    agentReadyStatus,
                    metrics,
                    proxy,
                    disk,
                    token,
                    redirection);
        }
    }
}
