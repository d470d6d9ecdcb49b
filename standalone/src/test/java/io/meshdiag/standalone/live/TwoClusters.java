package io.meshdiag.standalone.live;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.cluster.Clients;
import io.meshdiag.collector.cluster.ClusterTarget;
import io.meshdiag.collector.cluster.config.CollectorConfig;
import io.meshdiag.collector.cluster.config.CollectorSettings;
import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.serve.ServedFleet;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Two small clusters on real API servers, and collectors that look at them more often than anybody would in production. */
final class TwoClusters implements AutoCloseable {
    private static final Map<String, String> HASTY = Map.ofEntries(
            Map.entry("heartbeatInterval", "PT5S"),
            Map.entry("istiod.interval", "PT5S"),
            Map.entry("istiod.shardsInterval", "PT10S"),
            Map.entry("istiod.registryInterval", "PT10S"),
            Map.entry("envoy.proxiesPerMinute", "600"),
            Map.entry("drift.staleFor", "PT10S"),
            Map.entry("cni.interval", "PT10S"),
            Map.entry("logs.interval", "PT10S"));

    private final Map<String, KubernetesClient> admins;
    private final ServedFleet fleet;

    private TwoClusters(Map<String, KubernetesClient> admins, ServedFleet fleet) {
        this.admins = admins;
        this.fleet = fleet;
    }

    /** @param file in src/test/resources/scenarios, with clusters "east" and "west" */
    static Scenario scenario(String file) throws IOException {
        return Scenario.load(Path.of("src/test/resources/scenarios", file), Instant.now());
    }

    static TwoClusters serve(Scenario scenario) {
        Map<String, KubernetesClient> admins =
                Map.of("east", Clients.of(config("east"), "test"), "west", Clients.of(config("west"), "test"));
        try {
            return new TwoClusters(admins, ServedFleet.start(scenario, admins));
        } catch (RuntimeException e) {
            admins.values().forEach(KubernetesClient::close);
            throw e;
        }
    }

    static Config config(String context) {
        return Config.fromKubeconfig(context, kubeconfig());
    }

    static File kubeconfig() {
        return new File(System.getenv("MESHDIAG_TEST_KUBECONFIG"));
    }

    /** What {@code --context} stands for. */
    static List<ClusterTarget> targets(String... contexts) {
        return List.of(contexts).stream()
                .map(context -> new ClusterTarget(context, config(context)))
                .toList();
    }

    /** @param settings in addition, and before others */
    static CollectorConfig hasty(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(HASTY);
        all.putAll(settings);
        return CollectorSettings.read(all, Map.of(), null, settings.containsKey("kafka.bootstrapServers"));
    }

    ServedFleet fleet() {
        return fleet;
    }

    /** With all rights. */
    KubernetesClient admin(String cluster) {
        return admins.get(cluster);
    }

    @Override
    public void close() {
        try {
            fleet.close();
        } finally {
            admins.values().forEach(KubernetesClient::close);
        }
    }
}
