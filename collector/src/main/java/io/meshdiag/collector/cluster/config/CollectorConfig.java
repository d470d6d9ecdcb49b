package io.meshdiag.collector.cluster.config;

import io.meshdiag.collector.cluster.cni.CniSettings;
import io.meshdiag.collector.cluster.envoy.EnvoySettings;
import io.meshdiag.collector.cluster.istiod.IstiodSettings;
import io.meshdiag.collector.cluster.log.LogSettings;
import io.meshdiag.collector.cluster.objects.IdentitySettings;
import io.meshdiag.collector.cluster.pods.AccessSettings;
import io.meshdiag.collector.cluster.pods.IstiodToken;
import io.meshdiag.collector.cluster.pods.PodRole;
import io.meshdiag.collector.cluster.pods.Way;
import io.meshdiag.collector.cluster.probe.ProbeSettings;
import io.meshdiag.collector.cluster.watch.WatchSettings;
import io.meshdiag.collector.cluster.watch.WatchedKinds;
import io.meshdiag.collector.config.KafkaSettings;
import io.meshdiag.config.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
        Watch watch,
        Istiod istiod,
        Envoy envoy,
        Drift drift,
        Logs logs,
        Cni cni,
        Probes probes,
        Secrets secrets,
        Events events,
        List<Setting.Effective> effective) {

    /** @param pageSize objects per answer to a list */
    public record Watch(int pageSize, Duration silence) {}

    /**
     * @param shardsInterval of endpointShardz
     * @param registryInterval of registryz
     * @param ways how istiod is reached, tried in this order
     * @param tokenFile of audience istio-ca, for the pod's address
     * @param caFile PEM that verifies istiod; empty = plain HTTP, which is what istiod serves
     */
    public record Istiod(
            boolean enabled,
            Duration interval,
            Duration shardsInterval,
            Duration registryInterval,
            List<Way> ways,
            Path tokenFile,
            Optional<Path> caFile) {}

    /** Dumps of Envoy within a budget. */
    public record Envoy(boolean enabled, List<Way> ways, int proxiesPerMinute, long bytesPerMinute) {}

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

    /** What the user says about a cluster's identity. */
    public IdentitySettings identitySettings() {
        return new IdentitySettings(set(meshId), set(clusterId), istioNamespaces);
    }

    private static String set(String value) {
        return value.isBlank() ? null : value;
    }

    /** How objects are watched. */
    public WatchSettings watchSettings() {
        WatchSettings base = WatchSettings.DEFAULT;
        return new WatchSettings(
                istioNamespaces,
                secrets.cacerts(),
                notWatched(),
                watch.pageSize(),
                base.discovery(),
                watch.silence(),
                base.stalled(),
                base.firstBackoff(),
                base.maxBackoff());
    }

    private Set<String> notWatched() {
        Set<String> off = new HashSet<>();
        if (!secrets.enabled()) {
            off.add(WatchedKinds.SECRETS);
        }
        if (!events.enabled()) {
            off.add(WatchedKinds.EVENTS);
        }
        return off;
    }

    /** How pods are asked. */
    public AccessSettings accessSettings() {
        AccessSettings base = AccessSettings.DEFAULT;
        Map<PodRole, List<Way>> ways = new EnumMap<>(base.ways());
        ways.put(PodRole.ISTIOD, istiod.ways());
        ways.put(PodRole.PROXY, envoy.ways());
        return new AccessSettings(
                base.connect(),
                base.idle(),
                base.deadline(),
                base.maxIstiodBytes(),
                base.maxProxyBytes(),
                base.maxLogBytes(),
                base.reconsider(),
                ways,
                new IstiodToken(
                        istiod.tokenFile(),
                        Set.copyOf(istioNamespaces),
                        IstiodToken.DEFAULT.clusterId(),
                        istiod.caFile().orElse(null)));
    }

    /** How often istiods are asked. */
    public IstiodSettings istiodSettings() {
        IstiodSettings base = IstiodSettings.DEFAULT;
        return new IstiodSettings(
                istiod.interval(),
                istiod.shardsInterval(),
                base.mesh(),
                istiod.registryInterval(),
                base.missing(),
                base.longestBackoff(),
                base.spread());
    }

    /** How much of Envoy is read. */
    public EnvoySettings envoySettings() {
        EnvoySettings base = EnvoySettings.DEFAULT;
        return new EnvoySettings(
                base.interval(),
                envoy.enabled() ? envoy.proxiesPerMinute() : 0,
                envoy.enabled() ? envoy.bytesPerMinute() : 0,
                base.maxDumpBytes(),
                base.again(),
                base.newFor(),
                base.firstRetry(),
                base.maxRetry(),
                drift.staleFor());
    }

    /** How much of which logs is read. */
    public LogSettings logSettings() {
        LogSettings base = LogSettings.DEFAULT;
        return new LogSettings(
                logs.interval(),
                base.window(),
                base.istiodBound(),
                base.grace(),
                base.proxiesPerRound(),
                base.proxySince(),
                new LogSettings.Bound(logs.lines(), base.proxyBound().bytes()),
                base.validationsKept());
    }

    /** How istio-cni-node is asked. */
    public CniSettings cniSettings() {
        CniSettings base = CniSettings.DEFAULT;
        return new CniSettings(
                cni.interval(),
                base.metricsPerRound(),
                base.logsPerRound(),
                base.window(),
                base.history(),
                base.bound());
    }

    /** Whether and how peers are probed. */
    public ProbeSettings probeSettings() {
        ProbeSettings base = ProbeSettings.DEFAULT;
        return new ProbeSettings(probes.enabled(), probes.interval(), base.pause(), base.timeout(), base.maxAims());
    }
}
