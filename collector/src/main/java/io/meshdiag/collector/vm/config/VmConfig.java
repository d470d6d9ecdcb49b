package io.meshdiag.collector.vm.config;

import io.meshdiag.collector.config.KafkaSettings;
import io.meshdiag.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Everything that can be set about the collection from a machine; docs/collect-vm.md explains each setting.
 *
 * @param root directory that is taken for the machine's {@code /}
 * @param state directory where the place in the logs, and what was told, is kept
 * @param unit of systemd that runs the agent
 * @param sidecarEnv settings of the agent that users write; its start script sources it first
 * @param clusterEnv settings of the agent that istioctl writes
 * @param meshConfig of the agent
 * @param certificates directory of its certificates
 * @param token its token
 * @param ports where Envoy and the agent answer
 * @param logs which logs are followed
 * @param intervals between two reads
 * @param heartbeatInterval between two heartbeats
 * @param refresh after how long an unchanged fact is told again
 * @param httpAddress of /healthz, /readyz and /metrics, host:port
 * @param effective every setting with its value, made safe to print, and where it comes from
 */
public record VmConfig(
        Path root,
        Path state,
        String unit,
        String sidecarEnv,
        String clusterEnv,
        String meshConfig,
        String certificates,
        String token,
        Ports ports,
        Logs logs,
        Intervals intervals,
        Duration heartbeatInterval,
        Duration refresh,
        String httpAddress,
        KafkaSettings kafka,
        List<Setting.Effective> effective) {

    /**
     * @param admin of Envoy
     * @param ready of Envoy's listener for probes
     * @param agent of the agent's own page
     */
    public record Ports(int admin, int ready, int agent) {}

    /**
     * @param files absolute paths
     * @param window how long a signal is told after its line
     * @param maxBytes of one reading of one log
     */
    public record Logs(List<String> files, Duration window, int maxBytes) {}

    /**
     * @param ready of both readiness pages
     * @param agent of the unit, the processes, and of whether Envoy has another configuration
     * @param files of settings, certificates, token and the agent's metrics
     * @param redirection of iptables and nftables
     * @param dump of Envoy's configuration when nothing says that it changed
     * @param logs of the logs
     */
    public record Intervals(
            Duration ready, Duration agent, Duration files, Duration redirection, Duration dump, Duration logs) {}
}
