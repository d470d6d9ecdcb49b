package io.meshdiag.collector.cluster.config;

import io.meshdiag.collector.cluster.config.CollectorConfig.Cni;
import io.meshdiag.collector.cluster.config.CollectorConfig.Drift;
import io.meshdiag.collector.cluster.config.CollectorConfig.Envoy;
import io.meshdiag.collector.cluster.config.CollectorConfig.Events;
import io.meshdiag.collector.cluster.config.CollectorConfig.Istiod;
import io.meshdiag.collector.cluster.config.CollectorConfig.Logs;
import io.meshdiag.collector.cluster.config.CollectorConfig.Probes;
import io.meshdiag.collector.cluster.config.CollectorConfig.Secrets;
import io.meshdiag.collector.cluster.config.CollectorConfig.Watch;
import io.meshdiag.collector.cluster.istiod.IstiodSettings;
import io.meshdiag.collector.cluster.log.LogSettings;
import io.meshdiag.collector.cluster.pods.AccessSettings;
import io.meshdiag.collector.cluster.pods.IstiodToken;
import io.meshdiag.collector.cluster.pods.PodRole;
import io.meshdiag.collector.cluster.pods.Way;
import io.meshdiag.collector.cluster.watch.WatchSettings;
import io.meshdiag.collector.config.KafkaSettings;
import io.meshdiag.collector.config.SettingsLayers;
import io.meshdiag.config.Setting;
import io.meshdiag.config.SettingReader;
import io.meshdiag.config.SettingsReader;
import io.meshdiag.schema.Printable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every setting once: its name, its default, its bounds, and what it means. The documentation's table is made of this. */
public final class CollectorSettings {
    private static final String PREFIX = "MESHDIAG_COLLECTOR_";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final long MIB = 1 << 20;

    private final SettingsReader read;
    private final Map<String, String> environment;
    private final boolean sends;

    private CollectorSettings(SettingsReader read, Map<String, String> environment, boolean sends) {
        this.read = read;
        this.environment = environment;
        this.sends = sends;
    }

    /**
     * Reads the configuration: options win over the environment, that over the file, and that over defaults.
     *
     * @param options by setting, such as {@code contexts}
     * @param file null = none
     * @param sends whether facts are sent: only then Kafka must be set
     * @throws io.meshdiag.config.ConfigException with everything that is wrong
     */
    public static CollectorConfig read(
            Map<String, String> options, Map<String, String> environment, Path file, boolean sends) {
        SettingsReader read = SettingsLayers.reader(PREFIX, options, environment, file);
        CollectorConfig config = new CollectorSettings(read, environment, sends).config();
        read.done();
        return config;
    }

    /** All settings with their defaults. */
    public static List<Setting> all() {
        return read(Map.of(), Map.of(), null, false).effective().stream()
                .map(Setting.Effective::setting)
                .toList();
    }

    private CollectorConfig config() {
        String kubeconfig = of("kubeconfig", "File with the contexts; unset: KUBECONFIG, else ~/.kube/config.")
                .text("");
        List<String> contexts = of(
                        "contexts",
                        "Contexts of the kubeconfig, each one cluster; unset: the cluster that the collector runs in, on a laptop the kubeconfig's current context.")
                .list("");
        String meshId = of("meshId", "Mesh id in place of the one that the cluster says.")
                .text("");
        String clusterId = of("clusterId", "Cluster id in place of the one that istiod says; only with one context.")
                .text("");
        if (!clusterId.isEmpty() && contexts.size() > 1) {
            read.problem("clusterId is set, but there are " + contexts.size()
                    + " contexts, and two clusters cannot have one id; run one collector per cluster, or leave it out");
        }
        return new CollectorConfig(
                kubeconfig,
                contexts,
                meshId,
                clusterId,
                of("istioNamespaces", "Namespaces of control planes.").list("istio-system"),
                of(
                                "heartbeatInterval",
                                "Between two heartbeats; what a collector said becomes unknown when it misses several.")
                        .duration(Duration.ofSeconds(30), SECOND, HOUR),
                of("refresh", "After how long an unchanged fact is told again, so that a lost record heals.")
                        .duration(Duration.ofMinutes(10), MINUTE, DAY),
                of("httpAddress", "Where /healthz, /readyz and /metrics are; the image sets 0.0.0.0:9464.")
                        .variable("MESHDIAG_HTTP_ADDRESS")
                        .text("127.0.0.1:9464", "([^:/]+|\\[[0-9a-fA-F:]+]):\\d{1,5}", "host:port"),
                KafkaSettings.read(read, environment, sends),
                new Watch(
                        of("watch.pageSize", "Objects in one answer of the API server to a list.")
                                .number(WatchSettings.DEFAULT.pageSize(), 10, 5_000),
                        of("watch.silence", "After so long without a sign of life a watch is built anew.")
                                .duration(WatchSettings.DEFAULT.silence(), MINUTE, HOUR)),
                istiod(),
                envoy(),
                drift(),
                new Logs(
                        of(
                                        "logs.enabled",
                                        "Read the last lines of istiod, and of istio-proxy of pods that are not ready or that no istiod lists.")
                                .flag(true),
                        of("logs.interval", "Between two looks for pods that are not ready or not listed.")
                                .duration(Duration.ofMinutes(1), TEN_SECONDS, HOUR),
                        of("logs.lines", "Lines of one proxy's log.")
                                .number(LogSettings.DEFAULT.proxyBound().lines(), 10, 5_000)),
                new Cni(
                        of("cni.enabled", "Read log and metrics of istio-cni-node.")
                                .flag(true),
                        of("cni.interval", "Between two reads of all nodes.").duration(MINUTE, TEN_SECONDS, HOUR)),
                new Probes(
                        of(
                                        "probes.enabled",
                                        "Connect to other clusters' east-west gateways (15443) and API servers, and to external istiods (15012, 15017): DNS, TCP, TLS hello.")
                                .flag(false),
                        of("probes.interval", "Between two probes of one target.")
                                .duration(Duration.ofMinutes(5), MINUTE, DAY)),
                new Secrets(
                        of(
                                        "secrets.enabled",
                                        "Watch remote secrets (label istio/multiCluster=true) in the Istio namespaces.")
                                .flag(true),
                        of(
                                        "secrets.cacerts",
                                        "Watch whether the Secret cacerts exists, by its metadata only; trust comes from ConfigMaps and proxies.")
                                .flag(false)),
                new Events(of("events.enabled", "Watch events: failed webhook calls, failed pod sandboxes.")
                        .flag(true)),
                read.settings());
    }

    private Istiod istiod() {
        String caFile = of(
                        "istiod.caFile",
                        "PEM that verifies istiod where its debug port serves TLS; unset: plain HTTP, which is what istiod serves.")
                .text("");
        if (!caFile.isEmpty() && !Files.isReadable(Path.of(caFile))) {
            read.problem("istiod.caFile is '" + Printable.shorten(caFile, 200) + "', which cannot be read");
        }
        IstiodSettings pace = IstiodSettings.DEFAULT;
        return new Istiod(
                of("istiod.enabled", "Ask every istiod for its debug pages and metrics.")
                        .flag(true),
                of("istiod.interval", "Between two reads of one istiod.")
                        .duration(pace.interval(), Duration.ofSeconds(5), HOUR),
                of("istiod.shardsInterval", "Between two reads of endpointShardz, which is large.")
                        .duration(pace.shards(), TEN_SECONDS, DAY),
                of("istiod.registryInterval", "Between two reads of registryz, which is large.")
                        .duration(pace.registry(), TEN_SECONDS, DAY),
                of("istiod.ways", "How istiod is reached, tried in this order.")
                        .choices(Way.class, ways(PodRole.ISTIOD)),
                Path.of(of("istiod.tokenFile", "Service account token of audience istio-ca, for the way direct.")
                        .text(IstiodToken.DEFAULT.file().toString())),
                caFile.isEmpty() ? Optional.empty() : Optional.of(Path.of(caFile)));
    }

    private static List<Way> ways(PodRole role) {
        return AccessSettings.DEFAULT.ways().get(role);
    }

    private Envoy envoy() {
        return new Envoy(
                of("envoy.enabled", "Read the configuration of proxies, within the budget below.")
                        .flag(true),
                of("envoy.ways", "How Envoy's admin port is reached, tried in this order.")
                        .choices(Way.class, ways(PodRole.PROXY)),
                of("envoy.proxiesPerMinute", "Proxies that are read per minute, over all of a cluster; 0 = none.")
                        .number(10, 0, 6_000),
                of("envoy.bytesPerMinute", "Bytes that are read from proxies per minute, over all of a cluster.")
                        .size(32 * MIB, 0, 10_240 * MIB));
    }

    private Drift drift() {
        return new Drift(
                of("drift.enabled", "Compare istiod's configuration with Envoy's for proxies that stay stale.")
                        .flag(true),
                of("drift.staleFor", "How long a proxy is stale before it is compared.")
                        .duration(MINUTE, TEN_SECONDS, HOUR));
    }

    private SettingReader of(String name, String meaning) {
        return read.of(name, meaning);
    }
}
