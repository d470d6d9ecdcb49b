package io.meshdiag.processor.explain;

import static io.meshdiag.processor.explain.AttributionTest.T0;
import static io.meshdiag.processor.explain.AttributionTest.finding;
import static io.meshdiag.processor.explain.AttributionTest.in;
import static io.meshdiag.processor.explain.AttributionTest.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Subject;
import io.meshdiag.processor.explain.CommonFactors.Group;
import io.meshdiag.state.FleetMember;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CommonFactorsTest {
    /** Findings of another rule all over the mesh: they tell which clusters there are. */
    private static final List<Finding> ELSEWHERE = Stream.of("east", "west", "north", "south")
            .map(cluster -> in("other-" + cluster, "ZZZ-01", cluster))
            .toList();

    /** Twelve clusters: istiod 1.29.1 in the first six, 1.30.0 in the others. */
    private static final Fleet HALF_UPGRADED =
            fleet(12, i -> member("c" + i, null, istiod(i <= 6 ? "1.29.1" : "1.30.0")));

    @Test
    void clustersThatOneIstiodDoesNotSeePointAtTheIstiod() {
        List<Finding> refused = Stream.of("a", "b", "c", "d", "e", "f", "g")
                .map(to -> at("istiod-1", pair("istiod-1:east->" + to, "AAA-01", "east", to)))
                .toList();

        assertThat(among(refused, ELSEWHERE)).singleElement().satisfies(group -> {
            assertThat(group.key()).isEqualTo("AAA-01|ISTIOD|east|istiod-1");
            assertThat(group.shared().where()).isEqualTo("istiod istiod-1 of east");
        });
    }

    @Test
    void servicesThatGoWrongInOneDirectionPointAtTheDirection() {
        List<Group> groups = among(services(5, "east", "west"), ELSEWHERE);

        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.key()).isEqualTo("AAA-01|DIRECTION|east|west");
            assertThat(group.shared().symptoms()).hasSize(5);
            assertThat(group.shared().scope().getPair().getTo()).isEqualTo("west");
            // One of the twelve directions between four clusters.
            assertThat(group.shared().baseRate()).isCloseTo(1 / 12.0, within(0.001));
        });
    }

    @Test
    void fourAreTooFew() {
        assertThat(among(services(4, "east", "west"), ELSEWHERE)).isEmpty();
    }

    @Test
    void fiveOfTwoClustersMeetByChance() {
        assertThat(among(services(5, "east", "west"), List.of())).isEmpty();
        assertThat(among(services(7, "east", "west"), List.of())).hasSize(1);
    }

    @Test
    void whatFindingsOfOtherRulesHaveTooIsNothingSpecial() {
        List<Finding> sameDirection = IntStream.range(0, 20)
                .mapToObj(i -> pair("busy-" + i, "ZZZ-02", "east", "west"))
                .toList();

        assertThat(among(services(5, "east", "west"), sameDirection)).isEmpty();
    }

    @Test
    void aServiceThatGoesWrongForEveryClusterPointsAtTheService() {
        List<Finding> one = Stream.of("a", "b", "c", "d", "e", "f", "g", "h")
                .map(from -> service("cart", from, "west"))
                .toList();

        assertThat(among(one, ELSEWHERE)).singleElement().satisfies(group -> assertThat(
                        group.shared().scope().getService())
                .isEqualTo("cart"));
    }

    @Test
    void theNodeIsSaidWhereAllAreOnIt() {
        List<Finding> workloads = IntStream.range(0, 7)
                .mapToObj(i -> finding(
                        "w" + i,
                        "AAA-01",
                        Scope.newBuilder()
                                .setMesh("mesh1")
                                .setClusters(List.of("east"))
                                .setNode("node-3")
                                .setWorkload("w" + i)
                                .build()))
                .toList();

        assertThat(among(workloads, ELSEWHERE)).extracting(Group::key).containsExactly("AAA-01|NODE|east|node-3");
    }

    @Test
    void whatBeganAnHourApartIsNotOneCause() {
        List<Finding> slow = new ArrayList<>();
        for (Finding finding : services(8, "east", "west")) {
            slow.add(Finding.newBuilder(finding)
                    .setOpenedAt(T0.plus(Duration.ofHours(slow.size())))
                    .build());
        }

        assertThat(among(slow, ELSEWHERE)).isEmpty();
    }

    @Test
    void aSuspicionStaysUntilOneFindingIsLeft() {
        Set<String> suspected = Set.of("AAA-01|DIRECTION|east|west");

        assertThat(among(services(2, "east", "west"), ELSEWHERE, suspected)).hasSize(1);
        assertThat(among(services(1, "east", "west"), ELSEWHERE, suspected)).isEmpty();
    }

    @Test
    void twoDirectionsAreTwoSuspicions() {
        List<Finding> both = new ArrayList<>(services(6, "east", "west"));
        both.addAll(services(9, "north", "south"));

        assertThat(among(both, ELSEWHERE))
                .extracting(group -> group.shared().symptoms().size())
                .containsExactly(9, 6);
    }

    @Test
    void theOrderInWhichFindingsComeDoesNotMatter() {
        List<Finding> findings = new ArrayList<>(services(6, "east", "west"));
        findings.addAll(services(9, "north", "south"));
        List<Group> expected = among(findings, ELSEWHERE);

        for (long seed = 1; seed <= 20; seed++) {
            Collections.shuffle(findings, new Random(seed));
            assertThat(among(findings, ELSEWHERE)).isEqualTo(expected);
        }
    }

    @Test
    void clustersOfOneVersionPointAtTheVersion() {
        List<Group> groups = among(istiods("1.29.1", "c1", "c2", "c3", "c4", "c5", "c6"), HALF_UPGRADED);

        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.key()).isEqualTo("AAA-01|ISTIOD_VERSION||1.29.1");
            assertThat(group.shared().where()).isEqualTo("version 1.29.1 of istiod");
            assertThat(group.shared().baseRate()).isEqualTo(0.5);
            // One way of 924 to choose six of twelve clusters.
            assertThat(group.shared().chance()).isCloseTo(1 / 924.0, within(1e-9));
        });
    }

    @Test
    void theOnlyVersionOfTheMeshExplainsNothing() {
        Fleet oneVersion = fleet(12, i -> member("c" + i, null, istiod("1.29.1")));

        assertThat(among(istiods("1.29.1", "c1", "c2", "c3", "c4", "c5", "c6"), oneVersion))
                .isEmpty();
    }

    @Test
    void aVersionIsSuspectedWhileFewClustersOfOthersHaveItToo() {
        List<Finding> findings = new ArrayList<>(istiods("1.29.1", "c1", "c2", "c3", "c4", "c5", "c6"));

        findings.addAll(istiods("1.30.0", "c7"));
        assertThat(among(findings, HALF_UPGRADED)).hasSize(1);

        findings.addAll(istiods("1.30.0", "c8"));
        assertThat(among(findings, HALF_UPGRADED)).isEmpty();
    }

    @Test
    void twoClustersAreTooFewForAVersionHoweverManyFindingsTheyHave() {
        Fleet large = fleet(100, i -> member("c" + i, null, istiod(i <= 2 ? "1.29.1" : "1.30.0")));
        List<Finding> sixInTwo = Stream.of("a", "b", "c")
                .flatMap(node -> Stream.of("c1", "c2")
                        .map(cluster -> running(in(node + cluster, "AAA-01", cluster), istiod("1.29.1"))))
                .toList();

        assertThat(among(sixInTwo, large)).isEmpty();
    }

    @Test
    void proxiesThatWereNotRestartedInHalfUpgradedClustersPointAtTheirVersion() {
        Fleet mixed = fleet(6, i -> member("c" + i, null, istiod("1.30.0"), proxy("1.29.1"), proxy("1.30.0")));
        List<Finding> findings = IntStream.rangeClosed(1, 6)
                .mapToObj(i -> running(in("p" + i, "AAA-01", "c" + i), istiod("1.30.0"), proxy("1.29.1")))
                .toList();

        assertThat(among(findings, mixed)).extracting(Group::key).containsExactly("AAA-01|PROXY_VERSION||1.29.1");
    }

    @Test
    void clustersOfOneNetworkPointAtTheNetwork() {
        Fleet networks = fleet(12, i -> member("c" + i, i <= 5 ? "eu" : "us"));
        List<Finding> seenThere = IntStream.rangeClosed(1, 5)
                .mapToObj(i -> in("n" + i, "AAA-01", "c" + i))
                .toList();
        List<Finding> seenTowards = IntStream.rangeClosed(1, 5)
                .mapToObj(i -> pair("t" + i, "AAA-01", "c" + (i + 6), "c" + i))
                .toList();

        assertThat(among(seenThere, networks)).extracting(Group::key).containsExactly("AAA-01|NETWORK||eu");
        assertThat(among(seenTowards, networks)).singleElement().satisfies(group -> assertThat(
                        group.shared().scope().getNetwork())
                .isEqualTo("eu"));
    }

    @Test
    void theOnlyNetworkOfTheMeshExplainsNothing() {
        List<Finding> everywhere = IntStream.rangeClosed(1, 12)
                .mapToObj(i -> in("n" + i, "AAA-01", "c" + i))
                .toList();

        assertThat(among(everywhere, fleet(12, i -> member("c" + i, "eu")))).isEmpty();
    }

    @Test
    void anObjectOfOneClusterIsSaidBeforeTheCluster() {
        List<Finding> five = services(5, "east", "west").stream()
                .map(finding -> about(finding, "ConfigMap", "istio", "east", null))
                .toList();

        assertThat(among(five, ELSEWHERE)).singleElement().satisfies(group -> {
            assertThat(group.key()).isEqualTo("AAA-01|OBJECT|east|ConfigMap istio-system/istio");
            assertThat(group.shared().where()).isEqualTo("the ConfigMap istio-system/istio of east");
            assertThat(group.shared().changed()).isFalse();
        });
    }

    @Test
    void anObjectThatTheOnlyClusterIsAlwaysNamedByTellsNoMoreThanTheCluster() {
        List<Finding> nodes = IntStream.range(0, 20)
                .mapToObj(i -> about(in("n" + i, "AAA-01", "east"), "Deployment", "istiod", "east", null))
                .toList();

        assertThat(among(nodes, List.of())).isEmpty();
    }

    @Test
    void whatNobodyEditsIsNoObject() {
        List<Finding> five = services(5, "east", "west").stream()
                .map(finding -> about(finding, "Pod", "istiod-1", "east", null))
                .toList();

        assertThat(among(five, ELSEWHERE)).extracting(Group::key).containsExactly("AAA-01|DIRECTION|east|west");
    }

    @Test
    void oneResourceInManyClustersIsOneManifest() {
        Instant created = T0.minusSeconds(30);

        assertThat(among(filters(created), ELSEWHERE)).singleElement().satisfies(group -> {
            assertThat(group.key()).isEqualTo("AAA-01|RESOURCE||EnvoyFilter istio-system/headers");
            assertThat(group.shared().scope().getClusters()).hasSize(6);
            assertThat(group.shared().changed()).isTrue();
        });
    }

    @Test
    void aNameThatARuleKnowsWithoutHavingSeenTheObjectIsNoSharedResource() {
        assertThat(among(filters(null), ELSEWHERE)).isEmpty();
    }

    @Test
    void anObjectThatWasChangedLongBeforeIsNotSaidToHaveBeenChanged() {
        assertThat(changed(T0.minus(Duration.ofMinutes(15)))).isTrue();
        assertThat(changed(T0.minus(Duration.ofMinutes(15)).minusMillis(1))).isFalse();
        assertThat(changed(T0.plusMillis(1))).isFalse();
    }

    @Test
    void anArchiveThatWasReadHalfwayBindsNobody() {
        List<Finding> two = services(2, "east", "west").stream()
                .map(finding -> Finding.newBuilder(finding).setSeenOnce(true).build())
                .toList();

        assertThat(among(two, ELSEWHERE, Set.of("AAA-01|DIRECTION|east|west"))).isEmpty();
    }

    private static boolean changed(Instant at) {
        return among(filters(at), ELSEWHERE).get(0).shared().changed();
    }

    private static List<Finding> filters(Instant changedAt) {
        return IntStream.rangeClosed(1, 6)
                .mapToObj(i -> about(in("f" + i, "AAA-01", "c" + i), "EnvoyFilter", "headers", "c" + i, changedAt))
                .toList();
    }

    private static Finding about(Finding finding, String kind, String name, String cluster, Instant changedAt) {
        return Finding.newBuilder(finding)
                .setSubject(new Subject(kind, null, "istio-system", name, cluster, changedAt))
                .build();
    }

    private static List<Finding> istiods(String version, String... clusters) {
        return Stream.of(clusters)
                .map(cluster -> running(in(cluster, "AAA-01", cluster), istiod(version)))
                .toList();
    }

    private static Finding running(Finding finding, ComponentVersion... versions) {
        return Finding.newBuilder(finding).setVersions(List.of(versions)).build();
    }

    private static ComponentVersion istiod(String version) {
        return new ComponentVersion("istiod", version);
    }

    private static ComponentVersion proxy(String version) {
        return new ComponentVersion("proxy", version);
    }

    private static Fleet fleet(int clusters, IntFunction<FleetMember> member) {
        return new Fleet(IntStream.rangeClosed(1, clusters).mapToObj(member).toList());
    }

    private static FleetMember member(String cluster, String network, ComponentVersion... versions) {
        return new FleetMember(cluster, network, List.of(versions));
    }

    private static List<Group> among(List<Finding> leftovers, Fleet fleet) {
        return CommonFactors.DEFAULT.among(leftovers, leftovers, Set.of(), fleet);
    }

    private static List<Group> among(List<Finding> leftovers, List<Finding> others) {
        return among(leftovers, others, Set.of());
    }

    private static List<Group> among(List<Finding> leftovers, List<Finding> others, Set<String> suspected) {
        List<Finding> open = new ArrayList<>(leftovers);
        open.addAll(others);
        return CommonFactors.DEFAULT.among(leftovers, open, suspected, new Fleet(List.of()));
    }

    private static Finding at(String istiod, Finding finding) {
        return Finding.newBuilder(finding)
                .setScope(Scope.newBuilder(finding.getScope()).setIstiod(istiod).build())
                .build();
    }

    private static List<Finding> services(int count, String from, String to) {
        return IntStream.range(0, count)
                .mapToObj(i -> service("service-" + i, from, to))
                .toList();
    }

    private static Finding service(String name, String from, String to) {
        Finding pair = pair(name + ":" + from + "->" + to, "AAA-01", from, to);
        return Finding.newBuilder(pair)
                .setScope(Scope.newBuilder(pair.getScope())
                        .setNamespace("shop")
                        .setService(name)
                        .build())
                .build();
    }
}
