package io.meshdiag.collector.cluster.log;

import static io.meshdiag.collector.cluster.log.FakePods.START;
import static io.meshdiag.collector.cluster.log.FakePods.line;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.meshdiag.collector.cluster.istiod.ProxySighting;
import io.meshdiag.collector.cluster.istiod.ProxySightings;
import io.meshdiag.collector.cluster.log.LogSettings.Bound;
import io.meshdiag.fact.CniEvent;
import io.meshdiag.fact.CniEventKind;
import io.meshdiag.fact.LogSignal;
import io.meshdiag.fact.LogSignals;
import io.meshdiag.fact.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProxyLogRoundTest {
    private static final LogSettings TWO_PER_ROUND = new LogSettings(
            Duration.ofMinutes(1),
            Duration.ofMinutes(15),
            new Bound(5_000, 1 << 20),
            Duration.ofMinutes(1),
            2,
            Duration.ofMinutes(10),
            new Bound(500, 600),
            Duration.ofDays(1));
    private static final String NOT_READY = line(
            START,
            "warn\tEnvoy proxy is NOT ready: config not received from XDS server (is Istiod running?): cds updates: 0"
                    + " successful, 0 rejected; lds updates: 0 successful, 0 rejected");
    private static final String INVALID =
            line(START, "error\tvalidation\tiptables validation failed; workload is not ready for Istio.");

    private static final String REFUSED = line(
            START,
            "warn\txdsproxy\tfailed to connect to upstream istiod.istio-system.svc:15012: rpc error: code = Unavailable desc ="
                    + " connection error: desc = \"transport: Error while dialing: dial tcp 10.0.0.7:15012: connect: connection"
                    + " refused\"");

    private final FakePods cluster = new FakePods();
    private final ProxyLogRound round = new ProxyLogRound(cluster.surroundings(), TWO_PER_ROUND, new Unlisted());

    /** Proxies that no istiod lists, since then. */
    private final Map<String, Instant> unlisted = new TreeMap<>();

    private final class Unlisted implements ProxySightings {
        @Override
        public List<ProxySighting> all() {
            return List.of();
        }

        @Override
        public Optional<Instant> unlistedSince(String namespace, String name) {
            return Optional.ofNullable(unlisted.get(namespace + "/" + name));
        }
    }

    private void runAt(int minute) throws Exception {
        cluster.now = START.plusSeconds(60L * minute);
        round.run();
    }

    @Test
    void tellsWhyAProxyIsNotReady() throws Exception {
        cluster.proxy("shop/web-1", false, 0);
        cluster.shows("shop/web-1", "istio-proxy", NOT_READY + NOT_READY);

        runAt(0);

        LogSignals told = cluster.facts.one(LogSignals.class);
        assertThat(told.getComponent()).isEqualTo("proxy");
        assertThat(told.getHeader().getObserver()).isEqualTo("proxy/shop/web-1");
        assertThat(told.getSignals()).singleElement().satisfies(signal -> {
            assertThat(signal.getSignature()).isEqualTo("proxy.not-ready.nothing-received");
            assertThat(signal.getCount()).isEqualTo(2);
        });
        assertThat(cluster.asked).containsExactly("shop/web-1 istio-proxy PT10M");
        assertThat(cluster.coverage("proxies/log").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void readsNoLogOfProxiesThatAreReadyAndListed() throws Exception {
        cluster.proxy("shop/web-1", true, 0);

        runAt(0);

        assertThat(cluster.asked).isEmpty();
        assertThat(cluster.coverage("proxies/log").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void tellsWhyAReadyProxyIsNotListed() throws Exception {
        cluster.proxy("shop/web-1", true, 0);
        cluster.shows("shop/web-1", "istio-proxy", REFUSED);
        unlisted.put("shop/web-1", START);

        runAt(0);
        assertThat(cluster.asked).as("its grace is not over").isEmpty();
        runAt(1);

        assertThat(cluster.facts.one(LogSignals.class).getSignals())
                .extracting(LogSignal::getSignature, LogSignal::getSubject)
                .containsExactly(tuple("proxy.xds.connect.refused", "istiod.istio-system.svc:15012"));
    }

    @Test
    void takesBackWhatItSaidOfAProxyThatIsListedAgain() throws Exception {
        cluster.proxy("shop/web-1", true, 0);
        cluster.shows("shop/web-1", "istio-proxy", REFUSED);
        unlisted.put("shop/web-1", START);
        runAt(1);

        unlisted.clear();
        runAt(2);

        assertThat(cluster.facts.calls())
                .containsExactly("LogSignals", "tombstone mesh1/east@0a1b2c3d/LogSignals/proxy/shop/web-1");
    }

    @Test
    void readsNoLogOfAProxyThatIsYoungerThanTheRoundsThatMissedIt() throws Exception {
        cluster.proxy("shop/web-1", true, 0);
        unlisted.put("shop/web-1", FakePods.CREATED);

        runAt(0);

        assertThat(cluster.asked).isEmpty();
    }

    @Test
    void leavesAPartOfEveryRoundToProxiesThatAreReadyAndNotListed() throws Exception {
        for (String name : List.of("shop/a", "shop/b", "shop/c")) {
            cluster.proxy(name, false, 0);
            cluster.shows(name, "istio-proxy", NOT_READY);
        }
        for (String name : List.of("shop/x", "shop/y", "shop/z")) {
            cluster.proxy(name, true, 0);
            cluster.shows(name, "istio-proxy", REFUSED);
            unlisted.put(name, START.minusSeconds(600));
        }

        runAt(0);

        assertThat(cluster.asked)
                .as("one that is not ready, and one that is not listed")
                .hasSize(2);
        assertThat(cluster.asked).anyMatch(asked -> asked.matches("shop/[abc] .*"));
        assertThat(cluster.asked).anyMatch(asked -> asked.matches("shop/[xyz] .*"));
    }

    @Test
    void givesAProxyThatStopsBeingReadyItsGrace() throws Exception {
        cluster.proxy("shop/web-1", true, 0);
        runAt(0);
        cluster.proxy("shop/web-1", false, 0);
        cluster.shows("shop/web-1", "istio-proxy", NOT_READY);

        runAt(1);
        assertThat(cluster.asked).isEmpty();
        runAt(2);
        assertThat(cluster.asked).hasSize(1);
    }

    @Test
    void takesBackWhatItSaidOfAProxyThatIsReadyAgain() throws Exception {
        cluster.proxy("shop/web-1", false, 0);
        cluster.shows("shop/web-1", "istio-proxy", NOT_READY);
        runAt(0);
        cluster.proxy("shop/web-1", true, 0);

        runAt(1);

        assertThat(cluster.facts.calls())
                .containsExactly("LogSignals", "tombstone mesh1/east@0a1b2c3d/LogSignals/proxy/shop/web-1");
    }

    @Test
    void takesTurnsWhenManyWait() throws Exception {
        for (String name : new String[] {"shop/a", "shop/b", "shop/c"}) {
            cluster.proxy(name, false, 0);
            cluster.shows(name, "istio-proxy", NOT_READY);
        }

        runAt(0);
        assertThat(cluster.asked).hasSize(2);
        assertThat(cluster.coverage("proxies/log").getDetail()).startsWith("2 of 3 read");
        runAt(1);

        assertThat(cluster.asked.stream().map(a -> a.split(" ")[0])).contains("shop/a", "shop/b", "shop/c");
        assertThat(cluster.coverage("proxies/log").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void readsTheNewestOfWhatIsMoreThanItsBound() throws Exception {
        cluster.proxy("shop/web-1", false, 0);
        cluster.shows("shop/web-1", "istio-proxy", "old line without time\n".repeat(1_000) + NOT_READY.repeat(2));

        runAt(0);

        assertThat(cluster.facts.one(LogSignals.class).getSignals())
                .extracting(LogSignal::getCount)
                .containsExactly(2L);
        assertThat(cluster.coverage("proxies/log").getState()).isEqualTo(SourceState.PARTIAL);
        assertThat(cluster.coverage("proxies/log").getDetail()).contains("more than 600 bytes");
    }

    @Test
    void tellsAFailedValidationOfAPodWhoseProxyWasNeverStarted() throws Exception {
        cluster.proxy("shop/web-1", false, 126);
        cluster.shows("shop/web-1", "istio-validation", INVALID);

        runAt(0);
        runAt(1);

        CniEvent event = cluster.facts.one(CniEvent.class);
        assertThat(event.getKind()).isEqualTo(CniEventKind.VALIDATION_FAILED);
        assertThat(event.getPod()).isEqualTo("shop/web-1");
        assertThat(event.getNode()).isEqualTo("node-1");
        assertThat(event.getCount()).isEqualTo(1);
        assertThat(cluster.coverage("proxies/log").getState()).isEqualTo(SourceState.OK);
    }

    @Test
    void putsNothingSecretIntoAFact() throws Exception {
        String token = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2lnbmF0dXJl";
        cluster.proxy("shop/web-1", false, 0);
        cluster.shows(
                "shop/web-1",
                "istio-proxy",
                line(
                        START,
                        "warn\txdsproxy\tfailed to connect to upstream istiod:15012: rpc error: code = Unauthenticated"
                                + " desc = authorization: Bearer " + token));

        runAt(0);

        assertThat(cluster.facts.one(LogSignals.class).toString())
                .contains("proxy.xds.connect.auth")
                .doesNotContain(token);
    }
}
