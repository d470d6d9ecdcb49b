package io.meshdiag.collector.cluster;

import io.meshdiag.collector.cluster.cni.CniSettings;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.envoy.EnvoySettings;
import io.meshdiag.collector.cluster.istiod.IstiodSettings;
import io.meshdiag.collector.cluster.log.LogSettings;
import io.meshdiag.collector.cluster.objects.IdentitySettings;
import io.meshdiag.collector.cluster.objects.ObjectsSettings;
import io.meshdiag.collector.cluster.pods.AccessSettings;
import io.meshdiag.collector.cluster.pods.IstiodToken;
import io.meshdiag.collector.cluster.pods.PodRole;
import io.meshdiag.collector.cluster.pods.Way;
import io.meshdiag.collector.cluster.probe.ProbeSettings;
import io.meshdiag.collector.cluster.watch.WatchSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the operator's configuration means for each part; what it does not speak of is the part's default. */
record LookerSettings(CollectorConfig config) {
    IdentitySettings identity() {
        return new IdentitySettings(unset(config.meshId()), unset(config.clusterId()), config.istioNamespaces());
    }

    WatchSettings watch() {
        WatchSettings byDefault = WatchSettings.DEFAULT;
        return new WatchSettings(
                config.istioNamespaces(),
                config.secrets().enabled() && config.secrets().cacerts(),
                byDefault.pageSize(),
                byDefault.discovery(),
                byDefault.silence(),
                byDefault.stalled(),
                byDefault.firstBackoff(),
                byDefault.maxBackoff());
    }

    ObjectsSettings objects() {
        ObjectsSettings byDefault = ObjectsSettings.DEFAULT;
        return new ObjectsSettings(byDefault.coalesce(), config.refresh(), byDefault.refreshParts());
    }

    AccessSettings access() {
        AccessSettings byDefault = AccessSettings.DEFAULT;
        Map<PodRole, List<Way>> ways = new HashMap<>(byDefault.ways());
        List<Way> istiod = new ArrayList<>();
        for (CollectorConfig.Way way : config.istiod().ways()) {
            istiod.add(way == CollectorConfig.Way.PORT_FORWARD ? Way.PORT_FORWARD : Way.DIRECT);
        }
        istiod.add(Way.EXEC);
        ways.put(PodRole.ISTIOD, istiod);
        return new AccessSettings(
                byDefault.connect(),
                byDefault.idle(),
                byDefault.deadline(),
                byDefault.maxIstiodBytes(),
                byDefault.maxProxyBytes(),
                byDefault.maxLogBytes(),
                byDefault.reconsider(),
                ways,
                new IstiodToken(
                        config.istiod().tokenFile(),
                        Set.copyOf(config.istioNamespaces()),
                        null,
                        config.istiod().caFile().orElse(null)));
    }

    IstiodSettings istiod() {
        IstiodSettings byDefault = IstiodSettings.DEFAULT;
        return new IstiodSettings(
                config.istiod().interval(),
                config.istiod().shardsInterval(),
                byDefault.mesh(),
                byDefault.registry(),
                byDefault.missing(),
                byDefault.longestBackoff(),
                byDefault.spread());
    }

    EnvoySettings envoy() {
        EnvoySettings byDefault = EnvoySettings.DEFAULT;
        CollectorConfig.Envoy set = config.envoy();
        return new EnvoySettings(
                byDefault.interval(),
                set.enabled() ? set.proxiesPerMinute() : 0,
                set.enabled() ? set.bytesPerMinute() : 0,
                byDefault.maxDumpBytes(),
                byDefault.again(),
                byDefault.newFor(),
                byDefault.firstRetry(),
                byDefault.maxRetry(),
                config.drift().staleFor());
    }

    LogSettings logs() {
        LogSettings byDefault = LogSettings.DEFAULT;
        return new LogSettings(
                config.logs().interval(),
                byDefault.window(),
                byDefault.istiodBound(),
                byDefault.grace(),
                byDefault.proxiesPerRound(),
                byDefault.proxySince(),
                new LogSettings.Bound(
                        config.logs().lines(), byDefault.proxyBound().bytes()),
                byDefault.validationsKept());
    }

    CniSettings cni() {
        CniSettings byDefault = CniSettings.DEFAULT;
        return new CniSettings(
                config.cni().interval(),
                byDefault.metricsPerRound(),
                byDefault.logsPerRound(),
                byDefault.window(),
                byDefault.history(),
                byDefault.bound());
    }

    ProbeSettings probes() {
        ProbeSettings byDefault = ProbeSettings.DEFAULT;
        return new ProbeSettings(
                config.probes().enabled(),
                config.probes().interval(),
                byDefault.pause(),
                byDefault.timeout(),
                byDefault.maxAims());
    }

    private static String unset(String value) {
        return value == null || value.isBlank() ? null : value;
    }
}
