package io.meshdiag.processor.explain;

import static io.meshdiag.processor.explain.AttributionTest.T0;
import static io.meshdiag.processor.explain.AttributionTest.finding;
import static io.meshdiag.processor.explain.AttributionTest.in;
import static io.meshdiag.processor.explain.AttributionTest.pair;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.processor.explain.CommonFactors.Group;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CommonFactorsTest {
    /** Findings of another rule all over the mesh: they tell which clusters there are. */
    private static final List<Finding> ELSEWHERE = Stream.of("east", "west", "north", "south")
            .map(cluster -> in("other-" + cluster, "ZZZ-01", cluster))
            .toList();

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
    void theProbabilityIsThatOfAtLeastSoMany() {
        assertThat(CommonFactors.atLeast(1, 1, 0.5)).isCloseTo(0.5, within(1e-9));
        assertThat(CommonFactors.atLeast(2, 3, 0.5)).isCloseTo(0.5, within(1e-9));
        assertThat(CommonFactors.atLeast(3, 3, 1)).isCloseTo(1, within(1e-9));
        assertThat(CommonFactors.atLeast(400, 440, 0.05)).isCloseTo(0, within(1e-9));
    }

    private static List<Group> among(List<Finding> leftovers, List<Finding> others) {
        return among(leftovers, others, Set.of());
    }

    private static List<Group> among(List<Finding> leftovers, List<Finding> others, Set<String> suspected) {
        List<Finding> open = new ArrayList<>(leftovers);
        open.addAll(others);
        return CommonFactors.DEFAULT.among(leftovers, open, suspected);
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
