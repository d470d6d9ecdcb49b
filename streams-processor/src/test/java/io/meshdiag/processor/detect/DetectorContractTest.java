package io.meshdiag.processor.detect;

import static io.meshdiag.processor.detect.FleetFixtures.MESH;
import static io.meshdiag.processor.detect.FleetFixtures.NOW;
import static io.meshdiag.processor.detect.FleetFixtures.cluster;
import static io.meshdiag.processor.detect.TestCluster.signal;
import static io.meshdiag.processor.detect.TestMachine.machine;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.meshdiag.fact.CaBundleState;
import io.meshdiag.fact.RedirectionState;
import io.meshdiag.fact.RemoteSyncState;
import io.meshdiag.fact.SourceState;
import io.meshdiag.fact.TokenState;
import io.meshdiag.fact.WebhookErrorClass;
import io.meshdiag.fact.WebhookKind;
import io.meshdiag.fact.XdsSyncState;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.processor.view.ServiceView;
import io.meshdiag.processor.view.Views;
import io.meshdiag.state.ClusterSummary;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What every rule owes, the next one too. A new rule makes {@link #brokenFleet} a little more broken. */
class DetectorContractTest {
    /** A detector with the way to show it a fleet. */
    private record Case<V extends ScopeView>(Detector<V> detector, Class<V> kind, Rule.Level level) {
        List<Verdict> judge(List<TestCluster> fleet, Set<Class<?>> reads) {
            return views(fleet, kind, level).stream()
                    .flatMap(view -> detector.detect(recording(kind, kind.cast(view), reads)))
                    .toList();
        }

        List<Verdict> judge(List<TestCluster> fleet) {
            return judge(fleet, new HashSet<>());
        }

        /** That facts cannot be trusted is what these rules find. */
        boolean aboutCollectors() {
            return detector.rule().family().equals("OBS")
                    || detector.rule().id().equals("RMT-09");
        }
    }

    static Stream<Arguments> detectors() {
        return cases().map(DetectorContractTest::named);
    }

    static Stream<Arguments> detectorsOfFaults() {
        return cases().filter(c -> !c.aboutCollectors()).map(DetectorContractTest::named);
    }

    private static Arguments named(Case<?> one) {
        return argumentSet(one.detector().rule().id(), one);
    }

    private static Stream<Case<?>> cases() {
        return Stream.of(
                        Detectors.ofCluster().stream().map(d -> new Case<>(d, ClusterView.class, Rule.Level.CLUSTER)),
                        Detectors.ofMachine().stream().map(d -> new Case<>(d, ClusterView.class, Rule.Level.MACHINE)),
                        Detectors.ofService().stream().map(d -> new Case<>(d, ServiceView.class, Rule.Level.SERVICE)),
                        Detectors.ofMesh().stream().map(d -> new Case<>(d, MeshView.class, Rule.Level.MESH)))
                .flatMap(cases -> cases);
    }

    @Test
    void idsAreUniqueAndInOrderWithinTheirLists() {
        assertThat(Detectors.rules()).extracting(Rule::id).doesNotHaveDuplicates();
        assertThat(Detectors.ofCluster()).extracting(d -> d.rule().id()).isSorted();
        assertThat(Detectors.ofMachine()).extracting(d -> d.rule().id()).isSorted();
        assertThat(Detectors.ofService()).extracting(d -> d.rule().id()).isSorted();
        assertThat(Detectors.ofMesh()).extracting(d -> d.rule().id()).isSorted();
    }

    @Test
    void edgesLeadToRulesThatExist() {
        List<String> ids = Detectors.rules().stream().map(Rule::id).toList();

        assertThat(Detectors.rules())
                .flatExtracting(Rule::explains)
                .isNotEmpty()
                .allSatisfy(edge -> {
                    assertThat(ids).contains(edge.symptom());
                    assertThat(edge.reason()).isNotBlank();
                });
    }

    /** EPT-12 is EPT-01 of all services at once. */
    @Test
    void whatExplainsAServiceThatIsMissingExplainsACluster() {
        assertThat(Detectors.rules())
                .filteredOn(rule -> edgeTo("EPT-01", rule).isPresent())
                .isNotEmpty()
                .allSatisfy(rule -> assertThat(edgeTo("EPT-12", rule).map(Rule.Edge::joinOn))
                        .isEqualTo(edgeTo("EPT-01", rule).map(Rule.Edge::joinOn)));
    }

    private static Optional<Rule.Edge> edgeTo(String symptom, Rule rule) {
        return rule.explains().stream()
                .filter(edge -> edge.symptom().equals(symptom))
                .findFirst();
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void isNamedAsItsClassAndListedAtItsLevel(Case<?> one) {
        assertThat(one.detector().getClass().getSimpleName())
                .isEqualTo(one.detector().rule().name());
        assertThat(one.detector().rule().level()).isEqualTo(one.level());
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void readsExactlyWhatItDeclares(Case<?> one) {
        Set<Class<?>> reads = new HashSet<>();

        one.judge(one.aboutCollectors() ? blindFleet() : brokenFleet(), reads);

        assertThat(reads).isEqualTo(one.detector().rule().reads());
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void isSilentOnAHealthyFleet(Case<?> one) {
        assertThat(one.judge(healthyFleet())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void givesTheSameAnswerForAnyOrderOfArrival(Case<?> one) {
        List<Verdict> expected = one.judge(brokenFleet());

        for (int seed = 0; seed < 10; seed++) {
            List<TestCluster> shuffled = brokenFleet();
            Collections.shuffle(shuffled, new Random(seed));
            for (TestCluster cluster : shuffled) {
                Collections.shuffle(cluster.rows(), new Random(seed));
            }
            assertThat(one.judge(shuffled)).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void tellsWhatIsWrongWhereAndWhatToDo(Case<?> one) {
        List<Verdict> verdicts = one.judge(one.aboutCollectors() ? blindFleet() : brokenFleet());

        assertThat(verdicts).isNotEmpty().allSatisfy(v -> {
            assertThat(v.state()).isEqualTo(Verdict.State.PRESENT);
            assertThat(v.title()).isNotBlank().hasSizeLessThanOrEqualTo(256);
            assertThat(v.description()).isNotBlank().hasSizeLessThanOrEqualTo(1024);
            assertThat(v.scope().getMesh()).isEqualTo(MESH);
            assertThat(v.scope().getClusters()).isNotEmpty().isSorted();
            assertThat(v.subject().getName()).isNotBlank();
            assertThat(v.evidence()).isNotEmpty().hasSizeLessThanOrEqualTo(10);
            assertThat(v.steps()).extracting(RemediationStep::getCommand).isNotEmpty();
            assertThat(v.steps()).anyMatch(s -> s.getCommand() != null);
        });
        assertThat(verdicts).extracting(Verdict::scopeKey).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("detectorsOfFaults")
    void callsNothingPresentOnWhatItCannotTrust(Case<?> one) {
        List<TestCluster> silent = brokenFleet();
        silent.forEach(TestCluster::silent);
        List<TestCluster> incomplete = brokenFleet();
        incomplete.forEach(TestCluster::incomplete);

        assertThat(one.judge(silent))
                .allMatch(
                        v -> v.state() == Verdict.State.UNKNOWN && !v.missing().isEmpty());
        assertThat(one.judge(incomplete))
                .allMatch(
                        v -> v.state() == Verdict.State.UNKNOWN && !v.missing().isEmpty());
    }

    private static List<TestCluster> healthyFleet() {
        List<TestCluster> fleet = new ArrayList<>();
        for (String id : List.of("east", "north", "west")) {
            String[] others = Stream.of("east", "north", "west")
                    .filter(o -> !o.equals(id))
                    .toArray(String[]::new);
            TestCluster cluster = cluster(id)
                    .signsWith("A")
                    .trusts("A")
                    .linkedTo(others)
                    .registeredWith(others)
                    .hasReviews(2)
                    .istiodSees("istiod-1", "east", "north", "west")
                    .syncedProxies(3)
                    .proxy("in-flight", XdsSyncState.STALE, NOW.minusSeconds(2), null)
                    .resource("EnvoyFilter", "custom-lua", NOW.minusSeconds(9000))
                    .rootConfigMap("istio-system", "A")
                    .rootConfigMap("shop", "A")
                    .certificate("web-1", NOW.minusSeconds(20_000), NOW.plusSeconds(66_400))
                    .proxyLogs("web-1", "proxy.ready", NOW)
                    .namespace("shop", n -> n.setPodsWithProxy(3))
                    .proxiesSignedBy("A", 2)
                    .proxyHasReviews("web-6", id, 1, 1)
                    .destinationRule("reviews", "{\"host\":\"reviews\",\"trafficPolicy\":{\"outlierDetection\":{}}}")
                    .istiodTellsEnds(NOW.plusSeconds(86_400_000), NOW.plusSeconds(86_400_000))
                    .istiodService(2)
                    .webhook(WebhookKind.MUTATING, CaBundleState.VALID, "A")
                    .network("net-" + id)
                    .gateway("net-" + id, 2, id + ".example")
                    .podOfNetwork("web", "net-" + id)
                    .crossNetworkGateway("AUTO_PASSTHROUGH")
                    .podCidrs("10.1.0.0/16")
                    .knowsGateways(
                            "istiod-1", "net-east/east/10.0.0.1", "net-north/north/10.0.0.2", "net-west/west/10.0.0.3")
                    .readCompletely()
                    .controlPlanes("default")
                    .sidecar("synced-0")
                    .workloadGroup("db", "net-" + id)
                    .workloadEntry("db", "10.30.0.7")
                    .serves("db-1.shop")
                    .with(machine(id, "db-1").configured().says(vm -> vm.setNetwork("net-" + id)));
            Stream.of(others).forEach(other -> cluster.seesEndpointsOf(other, "net-" + other)
                    .probesGateway(other, other + ".example", true));
            fleet.add(cluster);
        }
        return fleet;
    }

    /** Every rule has something to say about it. */
    private static List<TestCluster> brokenFleet() {
        List<TestCluster> fleet = new ArrayList<>();
        fleet.add(cluster("east")
                .trustsUntil("A", NOW.plusSeconds(86_400))
                .proxiesSignedBy("A", 2)
                .trustDomain("east.example")
                .linkedTo("north", "west")
                .remoteSecretFor("west", NOW.minusSeconds(60))
                .remoteSecret("by-hand", "west", "127.0.0.1", "ca")
                .registeredWith("north", "west")
                .registered("istiod-2", RemoteSyncState.TIMEOUT, "north")
                .istiodLogs(
                        "istiod-1",
                        signal(
                                "istiod.remote-cluster.forbidden",
                                "west pods",
                                NOW,
                                "cannot list resource \"pods\" in API group \"\""),
                        signal("istiod.remote-cluster.dns", "west", NOW, "no such host"),
                        signal("istiod.authn.unknown-cluster", "edge", NOW, "could not get cluster edge's kube client"))
                .istiodLogs("istiod-2", signal("istiod.remote-cluster.unauthorized", "north", NOW, "Unauthorized"))
                .syncMetric("istiod-1", "1.29.0", "north/timeout")
                .istiodGrew("istiod-2", "1.28.1", h -> h, 1000, 1200, 1400, 1600, 1800, 2000, 2200)
                .closedPort("istiod.istio-system.svc", 15012, "timeout", 3)
                .probedApi("west", "TIMEOUT", "DNS", "TCP"));
        fleet.add(cluster("north")
                .trusts("A")
                .trustsInPart("B", 1)
                .proxiesSignedBy("B", 1)
                .linkedTo("east")
                .registeredWith("east"));
        fleet.add(
                cluster("west").trusts("self-west").caSecret("istio-ca-secret").registeredWith());
        fleet.add(cluster("far").trusts("self-far").linkedTo("east").registeredWith("east"));
        for (TestCluster cluster : fleet) {
            String id = cluster.summary().getClusterId();
            cluster.hasReviews(2, b -> b.setHeadless(id.equals("west")))
                    .istiodSees("istiod-1", id)
                    .istiodSees("istiod-2", id)
                    .proxy("web-1", XdsSyncState.ERROR, NOW.minusSeconds(300), "bad filter")
                    .proxy("web-2", XdsSyncState.ERROR, NOW.minusSeconds(200), "bad filter")
                    .proxy("web-3", XdsSyncState.STALE, NOW.minusSeconds(100), null)
                    .envoyRejects("web-4", "0.0.0.0_80", "bad route")
                    .pod("web-1", "node-1")
                    .certificate("web-5", NOW.minusSeconds(80_000), NOW.plusSeconds(6_400))
                    .proxyLogs("web-1", "proxy.tls.not-yet-valid", NOW)
                    .resource("EnvoyFilter", "custom-lua", NOW.minusSeconds(9000))
                    .resource("EnvoyFilter", "custom-wasm", NOW.minusSeconds(8000))
                    .rootConfigMap("istio-system", "A")
                    .rootConfigMap("shop", "B")
                    .namespace("shop", n -> n.setPodsWithProxy(3))
                    .istiodTellsEnds(NOW.plusSeconds(86_400), NOW.plusSeconds(86_400))
                    .webhook(WebhookKind.MUTATING, CaBundleState.VALID, "B")
                    .proxyHasReviews("web-6", id, 5, 77)
                    .proxyHasGateways("web-7", "beyond", 1, 0)
                    .proxyHasGateways("web-8", "beyond", 1, 0)
                    .destinationRule(
                            "reviews",
                            "{\"host\":\"reviews\",\"trafficPolicy\":{\"loadBalancer\":{\"localityLbSetting\":"
                                    + "{\"failover\":[{\"from\":\"eu\",\"to\":\"us\"}]}}}}")
                    .failedCall(WebhookErrorClass.BAD_CA)
                    .failedCall(WebhookErrorClass.TIMEOUT);
        }
        fleet.get(0).network("eu").gateway("eu", 2, "10.0.0.1").knowsGateways("istiod-1", "eu/east/10.0.0.1");
        fleet.get(0).seesEndpointsOf("north", "us").seesEndpointsOf("west", "ap");
        fleet.get(0).probesGateway("north", "10.0.0.2", false);
        fleet.get(1).network("us").gateway("us", 2, "10.0.0.2").podOfNetwork("web", "us");
        fleet.get(2).network("ap").gateway("asia", 2).knowsEndpoints("istiod-1", "west", 9);
        fleet.add(cluster("south").trusts("A").network("eu").linkedTo("east").podCidrs("10.1.0.0/16"));
        fleet.get(0).ztunnelsTrust(2, "B");
        fleet.get(3).gateway("far", 2, "lb.example").looksUp("lb.example", NOW.minusSeconds(3600), "203.0.113.7");
        fleet.get(0).knowsGateways("istiod-2", "far/far/198.51.100.1");
        fleet.get(0).shares("shop/reviews").podCidrs("10.1.0.0/24");
        fleet.get(1).seesEndpointsOf("north", "");
        fleet.get(0).knowsReviews("istiod-3", "north", 9);
        fleet.get(0).selectsPods("reviews-0", "reviews-1").knowsSelected("istiod-4", 2);
        fleet.get(1).selectsPods("reviews-0", "reviews-1");
        fleet.get(2).seesEndpointsOf("north", "").linkedTo("north");
        fleet.get(1).seesEndpointsOf("west", "");
        fleet.get(fleet.size() - 1)
                .readCompletely()
                .controlPlanes("default")
                .sidecar("alone")
                .registrationErrors(3)
                .proxyLogs("alone", "proxy.xds.connect.timeout", NOW)
                .workloadGroup("db", "eu")
                .workloadEntry("db", "10.30.0.4")
                .workloadEntry("db", "10.30.0.9", e -> e.setDisconnectedAt(NOW.minusSeconds(3000)))
                .serves("stray.shop", "moved.shop")
                .with(brokenMachines());
        return fleet;
    }

    private static TestMachine[] brokenMachines() {
        Instant yesterday = NOW.minus(Duration.ofHours(30));
        return new TestMachine[] {
            machine("south", "old").certified(yesterday, yesterday.plus(Duration.ofDays(1))),
            machine("south", "lost")
                    .certified(yesterday, yesterday.plus(Duration.ofDays(1)))
                    .says(vm -> vm.setToken(TokenState.MISSING).setTokenExpiresAt(null)),
            machine("south", "stray").says(vm -> vm.setGroup("gone")),
            machine("south", "moved").says(vm -> vm.setNetwork("us").setAddresses(List.of("10.30.0.4"))),
            machine("south", "bare").says(vm -> vm.setOutboundRedirection(RedirectionState.ABSENT)),
            machine("south", "dead").says(vm -> vm.setAgentState("failed").setAgentSubState("failed")),
            machine("south", "unready")
                    .configured()
                    .logs("proxy.not-ready.not-live")
                    .says(vm -> vm.setReadyStatus(503))
        };
    }

    /** Nothing is wrong with it, but that it cannot be seen. */
    private static List<TestCluster> blindFleet() {
        return List.of(
                cluster("east").silentSince(NOW.minusSeconds(86_400)),
                cluster("north").remoteSecretFor("east").registered("istiod-1", RemoteSyncState.TIMEOUT, "east"),
                cluster("south").late("EndpointShards", 240),
                cluster("west")
                        .source("istiod/syncz", SourceState.FORBIDDEN)
                        .with(
                                machine("west", "db-1").silent(),
                                machine("west", "db-2").source("vm/iptables", SourceState.FORBIDDEN)));
    }

    private static List<? extends ScopeView> views(
            List<TestCluster> fleet, Class<? extends ScopeView> kind, Rule.Level level) {
        if (level == Rule.Level.MACHINE) {
            return fleet.stream()
                    .flatMap(cluster -> cluster.machines().stream())
                    .map(TestMachine::view)
                    .toList();
        }
        if (kind == ClusterView.class) {
            return fleet.stream().map(TestCluster::view).toList();
        }
        if (kind == MeshView.class) {
            return List.of(FleetFixtures.mesh(fleet.toArray(TestCluster[]::new)));
        }
        List<ClusterSummary> clusters = fleet.stream().map(TestCluster::summary).toList();
        List<Row<?>> rows = new ArrayList<>();
        fleet.forEach(c -> rows.addAll(c.rows()));
        return List.of(Views.ofService(MESH, "shop", "reviews", NOW, clusters, rows));
    }

    /** The same view, noting which kinds of facts are asked for. */
    private static <V extends ScopeView> V recording(Class<V> kind, V view, Set<Class<?>> reads) {
        return kind.cast(Proxy.newProxyInstance(kind.getClassLoader(), new Class<?>[] {kind}, (self, method, args) -> {
            if (method.getName().equals("rows")) {
                reads.add((Class<?>) args[0]);
            }
            return method.invoke(view, args);
        }));
    }
}
