package io.meshdiag.standalone.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditionsBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.meshdiag.collector.cluster.ClusterCollector;
import io.meshdiag.collector.cluster.ContextCollector;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.fact.SourceState;
import io.meshdiag.schema.FactKey;
import io.meshdiag.schema.FactKind;
import io.meshdiag.simulator.serve.ServedCluster;
import io.meshdiag.simulator.serve.Trouble;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One collector that is never started again, while what it looks at fails and comes back. */
@Timeout(180)
class HardTimesKubeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static TwoClusters clusters;
    private static ServedCluster served;
    private static KubernetesClient admin;
    private static RememberedFacts readers;
    private static ContextCollector collector;

    @BeforeAll
    static void collect() throws Exception {
        clusters = TwoClusters.serve(TwoClusters.scenario("two-clusters.yaml").with(List.of()));
        served = clusters.fleet().cluster("east");
        admin = clusters.admin("east");
        readers = new RememberedFacts();
        collector = new ClusterCollector(
                TwoClusters.targets("east").get(0),
                ContextCollector.Shared.printing(
                        TwoClusters.hasty(Map.of("istiod.ways", "port-forward")), readers, new SimpleMeterRegistry()));
        collector.start();
        await("all seen")
                .atMost(PATIENCE)
                .until(() -> seen("kubernetes/resources").state() == SourceState.OK
                        && seen("istiod/syncz").state() == SourceState.OK
                        && seen("proxies/config_dump").state() == SourceState.OK);
    }

    @AfterAll
    static void stop() {
        try {
            collector.close();
        } finally {
            clusters.close();
        }
    }

    @AfterEach
    void nothingWasEverTakenForGone() {
        served.istiods().forEach(replica -> {
            served.heal(replica);
            served.open(replica);
        });
        soon("sight").until(() -> seen("istiod/syncz").state() == SourceState.OK);
        assertThat(readers.tombstones()).isEmpty();
    }

    @Test
    void aChangedEndpointIsToldLongBeforeTheRefresh() {
        makeReady(false);
        soon("a change").until(() -> ready() == 0);

        makeReady(true);
        soon("the change back").until(() -> ready() == 2);
    }

    @Test
    void aReplicaThatIsGoneCostsItsOwnPagesAndNoFacts() {
        Set<FactKey> before = keys(HardTimesKubeIT::ofIstiod);
        String replica = served.istiods().get(0);

        served.stop(replica);
        soon("blindness").untilAsserted(() -> {
            assertThat(seen("istiod/syncz").state()).isEqualTo(SourceState.PARTIAL);
            assertThat(seen("istiod/syncz").detail()).contains(replica);
        });
        assertThat(keys(HardTimesKubeIT::ofIstiod)).containsAll(before);

        served.open(replica);
        soon("sight").until(() -> seen("istiod/syncz").state() == SourceState.OK);
        assertThat(keys(HardTimesKubeIT::ofIstiod)).containsAll(before);
    }

    @Test
    void istiodsThatRefuseAreBlindnessAndNotAMeshWithoutProxies() {
        Set<FactKey> before = keys(HardTimesKubeIT::ofIstiod);

        served.istiods().forEach(replica -> served.trouble(replica, Trouble.FORBIDDEN));
        soon("blindness").until(() -> seen("istiod/syncz").state() == SourceState.FORBIDDEN);
        assertThat(keys(HardTimesKubeIT::ofIstiod)).containsAll(before);

        served.istiods().forEach(served::heal);
        soon("sight").until(() -> seen("istiod/syncz").state() == SourceState.OK);
        assertThat(keys(HardTimesKubeIT::ofIstiod)).containsAll(before);
    }

    @Test
    void pagesThatBreakOffInTheMiddleProveNoAbsence() {
        Set<FactKey> before = keys(HardTimesKubeIT::ofIstiod);

        served.istiods().forEach(replica -> served.trouble(replica, Trouble.CUT));
        soon("blindness").until(() -> seen("istiod/syncz").state() != SourceState.OK);
        assertThat(keys(HardTimesKubeIT::ofIstiod)).containsAll(before);

        served.istiods().forEach(served::heal);
        soon("sight").until(() -> seen("istiod/syncz").state() == SourceState.OK);
    }

    @Test
    void outlivesTheApiServer() throws Exception {
        Optional<ApiServerProcess> server = ApiServerProcess.of("east");
        assumeTrue(server.isPresent(), "the API server is no process of this machine");
        Set<FactKey> before = keys(key -> key.kind() != FactKind.LOG_SIGNALS);

        server.get().kill();
        try {
            soon("blindness").until(() -> seen("kubernetes/resources").state() != SourceState.OK);
        } finally {
            server.get().restart();
        }
        // It answers before it serves all kinds.
        soon("the API server").ignoreExceptions().until(() -> {
            makeReady(false);
            return true;
        });

        soon("a change after it").until(() -> ready() == 0);
        soon("sight")
                .until(() -> seen("kubernetes/resources").state() == SourceState.OK
                        && seen("kubernetes/pods").state() == SourceState.OK
                        && seen("istiod/syncz").state() == SourceState.OK);
        assertThat(keys(key -> key.kind() != FactKind.LOG_SIGNALS)).containsAll(before);
        makeReady(true);
        soon("the change back").until(() -> ready() == 2);
    }

    private static ConditionFactory soon(String what) {
        return await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(200));
    }

    private static Sight seen(String source) {
        return Sight.of(readers.facts().values(), source);
    }

    private static Set<FactKey> keys(Predicate<FactKey> which) {
        return readers.facts().keySet().stream().filter(which).collect(Collectors.toSet());
    }

    private static boolean ofIstiod(FactKey key) {
        return Set.of(
                        FactKind.PROXY_STATUS,
                        FactKind.ENDPOINT_SHARDS,
                        FactKind.REMOTE_CLUSTER_STATUS,
                        FactKind.NETWORK_GATEWAYS,
                        FactKind.ISTIOD_INSTANCE,
                        FactKind.SERVICE_REGISTRY)
                .contains(key.kind());
    }

    /** Ready endpoints of shop/cart, as readers know it. */
    private static int ready() {
        return readers.facts().values().stream()
                .filter(ServiceEndpoints.class::isInstance)
                .map(ServiceEndpoints.class::cast)
                .filter(service -> service.getName().equals("cart"))
                .mapToInt(ServiceEndpoints::getReady)
                .sum();
    }

    private static void makeReady(boolean ready) {
        for (EndpointSlice slice : admin.discovery()
                .v1()
                .endpointSlices()
                .inNamespace("shop")
                .withLabel("kubernetes.io/service-name", "cart")
                .list()
                .getItems()) {
            admin.resource(slice).edit(now -> {
                now.getEndpoints()
                        .forEach(endpoint -> endpoint.setConditions(
                                new EndpointConditionsBuilder().withReady(ready).build()));
                return now;
            });
        }
    }
}
