package io.meshdiag.collector.cluster.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ConfigDrift;
import io.meshdiag.fact.DriftSide;
import io.meshdiag.fact.SourceState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DriftRoundTest {
    private static final String API = "outbound|80||api.shop.svc.cluster.local";
    private static final String ISTIOD = "istio-system/istiod-1";
    private static final String CONNECTIONS = "/debug/connections";
    private static final String THEIRS = "/debug/config_dump?proxyID=web-1.shop-37&include_eds";
    private static final String OURS = "/config_dump?include_eds";
    private static final Instant LONG_AGO = TestClock.START.minusSeconds(90);

    private final FakeCluster cluster = new FakeCluster();
    private final DumpBudget budget = new DumpBudget(10, 1 << 20, cluster.clock);
    private final DriftRound round = new DriftRound(cluster.surroundings(), EnvoySettings.DEFAULT, cluster, budget);

    @BeforeEach
    void aStaleProxyWhoseClusterHasAnotherTimeout() {
        cluster.proxy("shop", "web-1")
                .istiod("istiod-1")
                .sees("shop", "web-1", LONG_AGO, false)
                .serve(ISTIOD, CONNECTIONS, connections("web-1.shop-37", "web-2.shop-5"))
                .serve(ISTIOD, THEIRS, Dumps.istiod(Dumps.istiodCluster(API, "5s"), ""))
                .serve("shop/web-1", OURS, Dumps.envoy("web-1.shop", Dumps.envoyCluster(API, "10s"), ""));
    }

    private static String connections(String... ids) {
        StringBuilder clients = new StringBuilder();
        for (String id : ids) {
            clients.append(clients.isEmpty() ? "" : ",")
                    .append(
                            "{\"connectionId\":\"%s\",\"connectedAt\":\"2026-08-22T10:00:00Z\",\"address\":\"10.0.0.1:4711\"}"
                                    .formatted(id));
        }
        return "{\"totalClients\":%d,\"clients\":[%s]}".formatted(ids.length, clients);
    }

    private ConfigDrift drift() {
        assertThat(cluster.told(ConfigDrift.class)).hasSize(1);
        return cluster.told(ConfigDrift.class).get(0);
    }

    @Test
    void tellsWhereAStaleProxyDiffersFromItsIstiod() throws Exception {
        round.run();

        assertThat(drift().getNamespace()).isEqualTo("shop");
        assertThat(drift().getName()).isEqualTo("web-1");
        assertThat(drift().getIstiod()).isEqualTo("istiod-1");
        assertThat(drift().getResources()).singleElement().satisfies(resource -> {
            assertThat(resource.getType()).isEqualTo("CDS");
            assertThat(resource.getResource()).isEqualTo(API);
            assertThat(resource.getSide()).isEqualTo(DriftSide.DIFFERENT_VERSION);
            assertThat(resource.getIstiodVersion()).matches("v47 hash:[0-9a-f]{12}");
            assertThat(resource.getEnvoyVersion()).matches("v46 hash:[0-9a-f]{12}");
        });
        assertThat(cluster.coverage("istiod/config_dump").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void aPushInFlightIsNotCompared() throws Exception {
        cluster.sees("shop", "web-1", TestClock.START.minusSeconds(5), false);

        round.run();

        assertThat(cluster.asked).isEmpty();
        assertThat(cluster.coverage("istiod/config_dump").getState()).isEqualTo(SourceState.OK);
        assertThat(cluster.coverage("istiod/config_dump").getDetail()).contains("nothing to compare");
    }

    @Test
    void aProxyThatKeepsRejectingIsComparedToo() throws Exception {
        cluster.sees("shop", "web-1", null, true);
        round.run();
        assertThat(cluster.asked).isEmpty();

        cluster.clock.pass(Duration.ofMinutes(1));
        round.run();

        assertThat(drift().getResourcesCount()).isEqualTo(1);
    }

    @Test
    void equalDumpsAreNoDrift() throws Exception {
        cluster.serve(ISTIOD, THEIRS, Dumps.istiod(Dumps.istiodCluster(API, "10s"), ""));

        round.run();

        assertThat(cluster.told).isEmpty();
        assertThat(cluster.dumped()).hasSize(1);
    }

    @Test
    void theDriftIsGoneWhenTheProxyIsInSyncAgain() throws Exception {
        round.run();
        assertThat(cluster.told).hasSize(1);
        cluster.sees("shop", "web-1", null, false);

        round.run();

        assertThat(cluster.told).isEmpty();
    }

    @Test
    void theDriftIsGoneWhenTheDumpsAreEqualAgain() throws Exception {
        round.run();
        cluster.serve("shop/web-1", OURS, Dumps.envoy("web-1.shop", Dumps.envoyCluster(API, "5s"), ""));
        cluster.clock.pass(Duration.ofMinutes(6));

        round.run();

        assertThat(cluster.told).isEmpty();
    }

    @Test
    void theDriftStaysWhileNoIstiodShowsTheProxy() throws Exception {
        round.run();
        cluster.sightings.clear();

        round.run();

        assertThat(cluster.told).hasSize(1);
    }

    @Test
    void aDeletedProxyHasNoDrift() throws Exception {
        round.run();
        cluster.delete("shop", "web-1");

        new EnvoyRound(cluster.surroundings(), EnvoySettings.DEFAULT, cluster, budget).run();

        assertThat(cluster.told).isEmpty();
    }

    @Test
    void aTruncatedDumpGivesNoDrift() throws Exception {
        String whole = Dumps.istiod(Dumps.istiodCluster(API, "5s"), "");
        cluster.serve(ISTIOD, THEIRS, whole.substring(0, whole.length() - 40));

        round.run();

        assertThat(cluster.told).isEmpty();
        assertThat(cluster.coverage("istiod/config_dump").getState()).isEqualTo(SourceState.UNREADABLE);
        assertThat(cluster.coverage("istiod/config_dump").getDetail()).contains("shop/web-1", "ends in the middle");
    }

    @Test
    void aProxyThatCannotBeToldFromOthersIsNotCompared() throws Exception {
        cluster.serve(ISTIOD, CONNECTIONS, connections("web-1.shop-37", "my-web-1.shop-37"));

        round.run();

        assertThat(cluster.told).isEmpty();
        assertThat(cluster.asked).noneMatch(request -> request.contains("config_dump"));
        assertThat(cluster.coverage("istiod/config_dump").getDetail()).contains("named alike");
    }

    @Test
    void theDumpOfAnotherProxyGivesNoDrift() throws Exception {
        cluster.serve(ISTIOD, THEIRS, Dumps.envoy("web-2.shop", Dumps.envoyCluster(API, "5s"), ""));

        round.run();

        assertThat(cluster.told).isEmpty();
        assertThat(cluster.coverage("istiod/config_dump").getDetail()).contains("another proxy");
    }

    @Test
    void whatOneSideRefusesIsSaid() throws Exception {
        cluster.refuse(ISTIOD, CONNECTIONS, SourceState.FORBIDDEN, "run the collector in istio-system");

        round.run();

        assertThat(cluster.coverage("istiod/config_dump").getState()).isEqualTo(SourceState.FORBIDDEN);
        assertThat(cluster.coverage("istiod/config_dump").getDetail()).contains("run the collector in istio-system");
    }

    @Test
    void aFailureWaitsBeforeItIsTriedAgain() throws Exception {
        cluster.refuse(ISTIOD, CONNECTIONS, SourceState.UNREACHABLE, "timeout");
        round.run();
        round.run();
        assertThat(cluster.asked).hasSize(1);

        cluster.clock.pass(Duration.ofMinutes(1));
        round.run();

        assertThat(cluster.asked).hasSize(2);
    }

    @Test
    void comparisonsCostTheSameBudget() throws Exception {
        while (budget.take()) {
            assertThat(cluster.asked).isEmpty();
        }

        round.run();

        assertThat(cluster.asked).isEmpty();
        assertThat(cluster.coverage("istiod/config_dump").getState()).isEqualTo(SourceState.MISSING);
    }

    @Test
    void aBudgetOfZeroComparesNothing() throws Exception {
        new DriftRound(cluster.surroundings(), EnvoySettings.DEFAULT, cluster, new DumpBudget(0, 0, cluster.clock))
                .run();

        assertThat(cluster.asked).isEmpty();
        assertThat(cluster.coverage("istiod/config_dump").getState()).isEqualTo(SourceState.DISABLED);
    }
}
