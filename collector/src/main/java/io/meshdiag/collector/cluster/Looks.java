package io.meshdiag.collector.cluster;

import io.meshdiag.collector.cluster.cni.AgentMetrics;
import io.meshdiag.collector.cluster.cni.CniLogRound;
import io.meshdiag.collector.cluster.cni.CniMetricsRound;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.envoy.DriftRound;
import io.meshdiag.collector.cluster.envoy.DumpBudget;
import io.meshdiag.collector.cluster.envoy.EnvoyRound;
import io.meshdiag.collector.cluster.envoy.EnvoySettings;
import io.meshdiag.collector.cluster.envoy.ZtunnelRound;
import io.meshdiag.collector.cluster.istiod.IstiodRound;
import io.meshdiag.collector.cluster.log.IstiodLogRound;
import io.meshdiag.collector.cluster.log.LogSettings;
import io.meshdiag.collector.cluster.log.ProxyLogRound;
import io.meshdiag.collector.cluster.probe.NameRound;
import io.meshdiag.collector.cluster.probe.ProbeAims;
import io.meshdiag.collector.cluster.probe.ProbeRound;
import io.meshdiag.collector.cluster.watch.WatchedKinds;
import io.meshdiag.collector.extract.istiod.MeshConfig;
import io.meshdiag.collector.live.Rounds;
import io.meshdiag.schema.FactKind;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What is asked of istiods, Envoys, logs and peers of one cluster, and how often: the table of contents of live collection, but for what is watched
 * ({@link WatchedKinds}).
 */
final class Looks {
    private static final String ISTIOD = "istiod";
    private static final String SWITCHED_OFF = "switched off by the configuration";

    /** A task and how often it is repeated. */
    record Look(Rounds.Task task, Duration interval) {}

    private final Map<String, Look> looks = new LinkedHashMap<>();

    /**
     * What the configuration asks for; of what it switches off, nothing is left.
     *
     * @param meshConfigs told the mesh config that istiod runs with
     * @param istiodsAsked runs after every round of istiods, also after one that failed
     */
    Looks(
            Surroundings around,
            CollectorConfig config,
            Consumer<MeshConfig> meshConfigs,
            AgentMetrics agents,
            ProbeAims aims,
            Runnable istiodsAsked) {
        IstiodRound istiod = new IstiodRound(around, config.istiodSettings(), meshConfigs);
        if (config.istiod().enabled()) {
            look(ISTIOD, config.istiodSettings().interval(), () -> {
                try {
                    istiod.run();
                } finally {
                    istiodsAsked.run();
                }
            });
        } else {
            off(around, IstiodRound.kinds(), IstiodRound.sources());
        }
        EnvoySettings envoy = config.envoySettings();
        DumpBudget budget = new DumpBudget(
                envoy.proxiesPerMinute(),
                envoy.bytesPerMinute(),
                around.origin().clock());
        EnvoyRound envoys = new EnvoyRound(around, envoy, istiod.sightings(), budget);
        DriftRound drift = new DriftRound(around, envoy, istiod.sightings(), budget);
        // On one thread and drift first: dumps take all of the budget that is left.
        boolean compares = config.drift().enabled() && config.istiod().enabled();
        look(
                "envoy",
                envoy.interval(),
                compares
                        ? () -> {
                            drift.run();
                            envoys.run();
                        }
                        : envoys);
        look("ztunnels", ZtunnelRound.INTERVAL, new ZtunnelRound(around, envoy, budget));
        if (!compares) {
            off(around, Set.of(FactKind.CONFIG_DRIFT), List.of(DriftRound.SOURCE));
        }
        if (config.logs().enabled()) {
            LogSettings logs = config.logSettings();
            look("istiod-logs", logs.interval(), new IstiodLogRound(around, logs));
            look("proxy-logs", logs.interval(), new ProxyLogRound(around, logs, istiod.sightings()));
        } else {
            off(around, Set.of(), List.of(IstiodLogRound.SOURCE, ProxyLogRound.SOURCE));
        }
        if (config.cni().enabled()) {
            look(
                    "cni-metrics",
                    config.cniSettings().interval(),
                    new CniMetricsRound(around, config.cniSettings(), agents));
            look("cni-logs", config.cniSettings().interval(), new CniLogRound(around, config.cniSettings()));
        } else {
            off(around, Set.of(), List.of(CniMetricsRound.SOURCE, CniLogRound.SOURCE));
        }
        if (!config.secrets().enabled()) {
            off(around, Set.of(FactKind.REMOTE_SECRET), List.of(WatchedKinds.SECRETS));
        }
        look("gateway-names", NameRound.INTERVAL, new NameRound(around, aims::names));
        look("probes", config.probeSettings().interval(), new ProbeRound(around, config.probeSettings(), aims));
    }

    /** What nobody looks at any more would stay as it was for ever: also what a collector told that was configured otherwise. */
    private static void off(Surroundings around, Set<FactKind> kinds, List<String> sources) {
        sources.forEach(source -> around.board().disabled(source, SWITCHED_OFF));
        around.book().look(key -> kinds.contains(key.kind())).complete();
    }

    private void look(String what, Duration interval, Rounds.Task task) {
        looks.put(what, new Look(task, interval));
    }

    /** By name, in the order in which one full round runs. */
    Map<String, Look> all() {
        return Collections.unmodifiableMap(looks);
    }

    /** Whether istiods are among what is asked. */
    boolean askIstiods() {
        return looks.containsKey(ISTIOD);
    }
}
