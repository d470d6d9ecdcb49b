package io.meshdiag.collector.cluster;

import io.meshdiag.collector.cluster.cni.CniSettings;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.envoy.EnvoySettings;
import io.meshdiag.collector.cluster.istiod.IstiodSettings;
import io.meshdiag.collector.cluster.log.LogSettings;
import io.meshdiag.collector.cluster.objects.IdentitySettings;
import io.meshdiag.collector.cluster.objects.ObjectsSettings;
import io.meshdiag.collector.cluster.pods.AccessSettings;
import io.meshdiag.collector.cluster.probe.ProbeSettings;
import io.meshdiag.collector.cluster.watch.WatchSettings;

/** What the operator's configuration means for each part; what it does not speak of is the part's default. */
record LookerSettings(CollectorConfig config) {
    IdentitySettings identity() {
        return new IdentitySettings(unset(config.meshId()), unset(config.clusterId()), config.istioNamespaces());
    }

    WatchSettings watch() {
        return config.watchSettings();
    }

    ObjectsSettings objects() {
        ObjectsSettings byDefault = ObjectsSettings.DEFAULT;
        return new ObjectsSettings(byDefault.coalesce(), config.refresh(), byDefault.refreshParts());
    }

    AccessSettings access() {
        return config.accessSettings();
    }

    IstiodSettings istiod() {
        return config.istiodSettings();
    }

    EnvoySettings envoy() {
        return config.envoySettings();
    }

    LogSettings logs() {
        return config.logSettings();
    }

    CniSettings cni() {
        return config.cniSettings();
    }

    ProbeSettings probes() {
        return config.probeSettings();
    }

    private static String unset(String value) {
        return value == null || value.isBlank() ? null : value;
    }
}
