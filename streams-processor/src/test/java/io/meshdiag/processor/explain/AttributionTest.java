package io.meshdiag.processor.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.ClusterPair;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.Remediation;
import io.meshdiag.finding.RootCause;
import io.meshdiag.finding.RuleCount;
import io.meshdiag.finding.RuleRef;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Subject;
import io.meshdiag.finding.Transition;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Rule.Edge;
import io.meshdiag.processor.detect.Rule.JoinOn;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttributionTest {
    static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void aFindingThatNothingExplainsStandsAlone() {
        Attribution placed = attribute(rules(), in("x", "AAA-01", "east"));

        assertThat(placed.rootCause().get("x").getRelation()).isEqualTo(Relation.INDEPENDENT);
        assertThat(placed.rootCause().get("x").getFindingId()).isEqualTo("x");
        assertThat(placed.incidents()).containsEntry("x", "x#1");
    }

    @Test
    void aRootCountsItsSymptomsByRule() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER), edge("CCC-01", JoinOn.CLUSTER)));

        Attribution placed = attribute(
                edges,
                in("root", "AAA-01", "east"),
                in("b1", "BBB-01", "east", "west"),
                in("b2", "BBB-01", "east", "north"),
                in("c1", "CCC-01", "east"),
                in("elsewhere", "BBB-01", "west"));

        assertThat(placed.rootCause().get("root").getRelation()).isEqualTo(Relation.ROOT);
        Explains explains = placed.explains().get("root");
        assertThat(explains.getCount()).isEqualTo(3);
        assertThat(explains.getByRule()).containsExactly(new RuleCount("BBB-01", 2), new RuleCount("CCC-01", 1));
        assertThat(explains.getClusters()).containsExactly("east", "north", "west");
        assertThat(explains.getClustersCount()).isEqualTo(3);
        assertThat(placed.incidents()).containsEntry("b1", "root#1").containsEntry("elsewhere", "elsewhere#1");
    }

    @Test
    void allClustersOfTheCauseMustBeAmongTheSymptoms() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER)));

        Attribution placed = attribute(edges, in("wide", "AAA-01", "east", "west"), in("narrow", "BBB-01", "east"));

        assertThat(placed.rootCause().get("narrow").getRelation()).isEqualTo(Relation.INDEPENDENT);
    }

    @Test
    void aWideCauseExplainsWhatIsAboutItsOwnClustersOnly() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.AMONG)));

        Attribution placed = attribute(
                edges,
                in("wide", "AAA-01", "east", "north", "west"),
                in("one", "BBB-01", "west"),
                pair("two", "BBB-01", "west", "east"),
                pair("half", "BBB-01", "east", "south"));

        assertThat(placed.explains().get("wide").getCount()).isEqualTo(2);
        assertThat(placed.incidents())
                .containsEntry("one", "wide#1")
                .containsEntry("two", "wide#1")
                .containsEntry("half", "half#1");
    }

    @Test
    void pairsMeetInTheDirectionThatTheEdgeNames() {
        Edges edges = rules(
                rule("AAA-01", edge("BBB-01", JoinOn.PAIR)), rule("DDD-01", edge("EEE-01", JoinOn.REVERSED_PAIR)));

        Attribution placed = attribute(
                edges,
                pair("a", "AAA-01", "east", "west"),
                pair("same", "BBB-01", "east", "west"),
                pair("reverse", "BBB-01", "west", "east"),
                pair("d", "DDD-01", "east", "west"),
                pair("reversed", "EEE-01", "west", "east"));

        assertThat(placed.rootCause().get("same").getParentId()).isEqualTo("a");
        assertThat(placed.rootCause().get("reverse").getParentId()).isNull();
        assertThat(placed.rootCause().get("reversed").getParentId()).isEqualTo("d");
    }

    @Test
    void theDeepestCauseIsTakenSoThatChainsAreKept() {
        Edges edges = rules(
                rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER), edge("CCC-01", JoinOn.CLUSTER)),
                rule("BBB-01", edge("CCC-01", JoinOn.CLUSTER)));

        Attribution placed =
                attribute(edges, in("a", "AAA-01", "east"), in("b", "BBB-01", "east"), in("c", "CCC-01", "east"));

        RootCause end = placed.rootCause().get("c");
        assertThat(end.getParentId()).isEqualTo("b");
        assertThat(end.getFindingId()).isEqualTo("a");
        assertThat(end.getDepth()).isEqualTo(2);
        assertThat(placed.explains().get("a").getCount()).isEqualTo(2);
        assertThat(placed.explains().get("b").getCount()).isZero();
        assertThat(placed.rootCause().get("b").getRelation()).isEqualTo(Relation.SYMPTOM);
    }

    @Test
    void ofTwoEqualCausesTheEarlierThenTheSmallerIdIsTaken() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER)));

        Attribution placed = attribute(
                edges,
                at(in("z-early", "AAA-01", "east"), -60),
                in("a-late", "AAA-01", "east"),
                in("symptom", "BBB-01", "east"));
        Attribution tie = attribute(
                edges, in("a2", "AAA-01", "east"), in("a1", "AAA-01", "east"), in("symptom", "BBB-01", "east"));

        assertThat(placed.rootCause().get("symptom").getParentId()).isEqualTo("z-early");
        assertThat(tie.rootCause().get("symptom").getParentId()).isEqualTo("a1");
    }

    @Test
    void aCauseInOneClusterExplainsWhatItsObserversSeeTowardsIt() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.TOWARDS)));

        Attribution placed = attribute(
                edges,
                observed("expired", "AAA-01", "west", "east", "north"),
                pair("e", "BBB-01", "east", "west"),
                pair("n", "BBB-01", "north", "west"),
                pair("back", "BBB-01", "west", "east"),
                pair("other", "BBB-01", "south", "west"));

        assertThat(placed.explains().get("expired").getCount()).isEqualTo(2);
        assertThat(placed.incidents())
                .containsEntry("e", "expired#1")
                .containsEntry("n", "expired#1")
                .containsEntry("back", "back#1")
                .containsEntry("other", "other#1");
    }

    @Test
    void aCauseThatBeganAfterItsSymptomExplainsNothing() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER)));
        long late = Edges.TOLERANCE.toSeconds();

        Attribution tolerated = attribute(edges, at(in("a", "AAA-01", "east"), late), in("b", "BBB-01", "east"));
        Attribution tooLate = attribute(edges, at(in("a", "AAA-01", "east"), late + 1), in("b", "BBB-01", "east"));

        assertThat(tolerated.rootCause().get("b").getParentId()).isEqualTo("a");
        assertThat(tooLate.rootCause().get("b").getParentId()).isNull();
    }

    @Test
    void archivesDoNotTellWhichCameFirst() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER)));
        Finding cause = Finding.newBuilder(at(in("a", "AAA-01", "east"), 86_400))
                .setSeenOnce(true)
                .build();

        assertThat(attribute(edges, cause, in("b", "BBB-01", "east"))
                        .rootCause()
                        .get("b")
                        .getParentId())
                .isEqualTo("a");
    }

    @Test
    void aCircleIsCutAtItsEarliestFinding() {
        Edges edges = rules(
                rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER)),
                rule("BBB-01", edge("CCC-01", JoinOn.CLUSTER)),
                rule("CCC-01", edge("AAA-01", JoinOn.CLUSTER)));

        Attribution placed = attribute(
                edges, in("a", "AAA-01", "east"), at(in("b", "BBB-01", "east"), -10), in("c", "CCC-01", "east"));

        assertThat(placed.rootCause().get("b").getRelation()).isEqualTo(Relation.ROOT);
        assertThat(placed.rootCause().get("c").getParentId()).isEqualTo("b");
        assertThat(placed.rootCause().get("a").getParentId()).isEqualTo("c");
        assertThat(placed.rootCause().get("a").getDepth()).isEqualTo(2);
    }

    @Test
    void theOrderOfFindingsDoesNotMatter() {
        Edges edges = rules(
                rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER), edge("CCC-01", JoinOn.CLUSTER)),
                rule("BBB-01", edge("CCC-01", JoinOn.CLUSTER), edge("AAA-01", JoinOn.CLUSTER)));
        List<Finding> findings = Arrays.asList(
                in("a1", "AAA-01", "east"),
                in("a2", "AAA-01", "east"),
                in("b1", "BBB-01", "east"),
                in("b2", "BBB-01", "west"),
                in("c1", "CCC-01", "east", "west"));
        Attribution expected = Attribution.of(findings, edges);

        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(findings, new Random(seed));
            assertThat(Attribution.of(findings, edges)).isEqualTo(expected);
        }
    }

    @Test
    void aPairExplainsWhatIsAboutTheClusterThatItLeadsTo() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.TARGET)));

        Attribution placed = attribute(
                edges,
                pair("cause", "AAA-01", "east", "west"),
                in("there", "BBB-01", "west"),
                in("here", "BBB-01", "east"),
                in("both", "BBB-01", "east", "west"),
                pair("thither", "BBB-01", "east", "west"));

        assertThat(placed.rootCause().get("there").getParentId()).isEqualTo("cause");
        assertThat(placed.explains().get("cause").getCount()).isEqualTo(1);
        assertThat(placed.incidents())
                .containsEntry("here", "here#1")
                .containsEntry("both", "both#1")
                .containsEntry("thither", "thither#1");
    }

    @Test
    void aSuspectedCauseTakesWhatItsSymptomsExplain() {
        Edges edges = rules(rule("AAA-01", edge("BBB-01", JoinOn.CLUSTER)));
        Finding suspicion = in("suspicion", "INC-01", "east", "west");
        List<Finding> open =
                List.of(in("a1", "AAA-01", "east"), in("a2", "AAA-01", "west"), in("b1", "BBB-01", "east"));

        Attribution placed = Attribution.of(open, edges).with(Map.of(suspicion, open.subList(0, 2)), open);

        RootCause deep = placed.rootCause().get("b1");
        assertThat(deep.getFindingId()).isEqualTo("suspicion");
        assertThat(deep.getParentId()).isEqualTo("a1");
        assertThat(deep.getDepth()).isEqualTo(2);
        assertThat(placed.rootCause().get("a1").getRelation()).isEqualTo(Relation.SYMPTOM);
        assertThat(placed.explains().get("a1").getCount()).isZero();
        assertThat(placed.explains().get("suspicion").getByRule())
                .containsExactly(new RuleCount("AAA-01", 2), new RuleCount("BBB-01", 1));
        assertThat(placed.incidents()).containsEntry("b1", "suspicion#1");
    }

    private static Attribution attribute(Edges edges, Finding... findings) {
        return Attribution.of(List.of(findings), edges);
    }

    private static Edges rules(Rule... rules) {
        return new Edges(List.of(rules));
    }

    private static Edge edge(String symptom, JoinOn joinOn) {
        return new Edge(symptom, joinOn, "because");
    }

    private static Rule rule(String id, Edge... explains) {
        return new Rule(
                id,
                "TestRule",
                1,
                Rule.Level.MESH,
                Severity.HIGH,
                "title",
                "why",
                "remedy",
                Duration.ZERO,
                Duration.ZERO,
                Set.of(),
                List.of(explains));
    }

    static Finding at(Finding finding, long seconds) {
        return Finding.newBuilder(finding).setFirstSeen(T0.plusSeconds(seconds)).build();
    }

    static Finding in(String id, String rule, String... clusters) {
        return finding(
                id,
                rule,
                Scope.newBuilder()
                        .setMesh("mesh1")
                        .setClusters(List.of(clusters))
                        .build());
    }

    private static Finding observed(String id, String rule, String cluster, String... observers) {
        return finding(
                id,
                rule,
                Scope.newBuilder()
                        .setMesh("mesh1")
                        .setClusters(List.of(cluster))
                        .setObservers(List.of(observers))
                        .build());
    }

    static Finding pair(String id, String rule, String from, String to) {
        return finding(
                id,
                rule,
                Scope.newBuilder()
                        .setMesh("mesh1")
                        .setClusters(Stream.of(from, to).sorted().toList())
                        .setPair(new ClusterPair(from, to))
                        .build());
    }

    static Finding finding(String id, String rule, Scope scope) {
        return Finding.newBuilder()
                .setId(id)
                .setScopeKey(id)
                .setRevision(0)
                .setTransition(Transition.UNSPECIFIED)
                .setRule(RuleRef.newBuilder()
                        .setId(rule)
                        .setName("TestRule")
                        .setFamily("TST")
                        .build())
                .setTitle("title")
                .setDescription("description")
                .setState(DetectionState.ACTIVE)
                .setSeverity(Severity.HIGH)
                .setScope(scope)
                .setSubject(
                        Subject.newBuilder().setKind("Cluster").setName("east").build())
                .setAffected(new Affected(1, 0, 0, List.of()))
                .setFirstSeen(T0)
                .setLastSeen(T0)
                .setRootCause(RootCause.newBuilder()
                        .setRelation(Relation.INDEPENDENT)
                        .setFindingId(id)
                        .build())
                .setIncidentId(id)
                .setExplains(Explains.newBuilder().setByRule(List.of()).build())
                .setRemediation(Remediation.newBuilder().setSummary("").build())
                .setCoverage(Coverage.newBuilder().build())
                .build();
    }
}
