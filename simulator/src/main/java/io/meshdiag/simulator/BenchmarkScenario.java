package io.meshdiag.simulator;

import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.ScenarioFile;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Healthy fleets of equal clusters for measurements, each cluster a network of its own. */
public final class BenchmarkScenario {
    private BenchmarkScenario() {}

    /**
     * Clusters in which every pod has a proxy.
     *
     * @param proxies sidecars per cluster, spread evenly over the services (at least one each)
     */
    public static Scenario of(int clusters, int services, int proxies) {
        var generated = ScenarioFile.generated(services, Math.max(1, services / 20), Math.max(1, proxies / services));
        return of(clusters, generated, Math.max(3, proxies / 100), Scenario.DEFAULT_TIME);
    }

    /**
     * Clusters in which every other service's pods have no proxy.
     *
     * @param services at least 2
     * @param proxies sidecars per cluster, spread evenly over half of the services
     * @param bare pods without a proxy per cluster, spread evenly over the other half
     * @param time of the look; a served fleet needs the present one
     */
    public static Scenario of(int clusters, int services, int proxies, int bare, Instant time) {
        var generated = ScenarioFile.generated(services, Math.max(1, services / 20), 1);
        int half = services / 2;
        var mixed = IntStream.range(0, services)
                .mapToObj(i -> generated.get(i).with(i % 2 == 0, (i % 2 == 0 ? proxies : bare) / half))
                .toList();
        return of(clusters, mixed, Math.max(3, (proxies + bare) / 100), time);
    }

    private static Scenario of(int clusters, List<ServiceSpec> generated, int nodes, Instant time) {
        var specs = IntStream.rangeClosed(1, clusters)
                .mapToObj(i -> new ClusterSpec(
                        "cluster-" + i,
                        "network-" + i,
                        "region-" + i,
                        List.of("region-" + i + "a", "region-" + i + "b"),
                        List.of("default"),
                        2,
                        nodes,
                        List.of()))
                .toList();
        return new Scenario(
                "benchmark",
                clusters + " healthy clusters",
                "benchmark",
                time,
                1,
                "1.28.1",
                false,
                3,
                specs,
                generated,
                List.of(),
                List.of());
    }
}
