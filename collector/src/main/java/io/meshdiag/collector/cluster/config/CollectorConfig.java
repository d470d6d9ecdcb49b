package io.meshdiag.collector.cluster.config;

import io.meshdiag.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that can be set about the collection of clusters; docs/collect-cluster.md explains each setting.
 *
 * @param kubeconfig empty = the client's usual places
 * @param contexts of the kubeconfig; empty = the one cluster that the collector runs in, or the kubeconfig's current context
 * @param meshId in place of what the cluster says; empty = what the cluster says
 * @param clusterId likewise
 * @param istioNamespaces where control planes run
 * @param heartbeatInterval between two heartbeats
 * @param refresh after how long an unchanged fact is told again
 * @param httpAddress of /healthz, /readyz and /metrics, host:port
 * @param effective every setting with its value, made safe to print, and where it comes from
 */
public record CollectorConfig(
        String kubeconfig,
        List<String> contexts,
        String meshId,
        String clusterId,
        List<String> istioNamespaces,
        Duration heartbeatInterval,
        Duration refresh,
        String httpAddress,
        KafkaSettings kafka,
        Istiod istiod,
        Envoy envoy,
        Drift drift,
        Logs logs,
        Cni cni,
        Probes probes,
        Secrets secrets,
        Events events,
        List<Setting.Effective> effective) {

    /** How istiod's debug pages are reached; they are tried in the order that is set. */
    public enum Way {
        /** Through the API server; istiod sees loopback and asks for nothing. */
        PORT_FORWARD,
        /** The pod's address, with a token. */
        POD_ADDRESS
    }

    /**
     * @param shardsInterval of endpointShardz and registryz, which are large
     * @param tokenFile of audience istio-ca, for the pod's address
     * @param caFile PEM that verifies istiod when scheme is https; empty = the cluster's istio-ca-root-cert
     */
    public record Istiod(
            boolean enabled,
            Duration interval,
            Duration shardsInterval,
            List<Way> ways,
            Path tokenFile,
            String scheme,
            Optional<Path> caFile) {}

    /** Dumps of Envoy within a budget. */
    public record Envoy(boolean enabled, int proxiesPerMinute, long bytesPerMinute) {}

    /** @param staleFor how long a proxy must be stale before its configuration is compared with istiod's */
    public record Drift(boolean enabled, Duration staleFor) {}

    /** Logs of proxies that are not ready. */
    public record Logs(boolean enabled, Duration interval, int lines) {}

    /** Log and metrics of istio-cni-node. */
    public record Cni(boolean enabled, Duration interval) {}

    /** Connections to other clusters' gateways and API servers. */
    public record Probes(boolean enabled, Duration interval) {}

    /** @param cacerts whether the existence of the Secret cacerts is watched; its data is never asked for */
    public record Secrets(boolean enabled, boolean cacerts) {}

    /** Events of Kubernetes. */
    public record Events(boolean enabled) {}
}
