package io.meshdiag.processor;

import static io.meshdiag.processor.TestCluster.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.fact.ProxyStatus;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Suppression;
import io.meshdiag.finding.SuppressionKind;
import io.meshdiag.finding.Transition;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.rules.IncidentTimes;
import io.meshdiag.processor.rules.RuleSetting;
import io.meshdiag.processor.rules.Silence;
import io.meshdiag.processor.rules.Silences;
import io.meshdiag.processor.topology.Catalogue;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.schema.FactKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that is watched live: what begins, lasts, ends, comes back, and what happens when nobody is heard any more. */
class LiveStoryTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @TempDir
    Path folder;

    private FleetDriver fleet;
    private boolean broken;
    private boolean causes;

    @BeforeEach
    void open() {
        fleet = fleet(List.of(new ServiceWithoutEndpoints()));
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void aFaultOpensAfterItHeldAndIsResolvedAfterItWasGone() {
        live(1);
        live(0);
        assertThat(fleet.findings()).isEmpty();

        minutes(1, 0);
        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.ACTIVE);

        live(1);
        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.RECOVERING);
        minutes(3, 1);

        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.RESOLVED);
        assertThat(fleet.transitions())
                .extracting(Finding::getTransition)
                .containsExactly(Transition.OPENED, Transition.RECOVERING, Transition.RESOLVED);
        assertThat(fleet.transitions()).extracting(Finding::getRevision).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aFaultThatComesBackIsANewEpisodeOfTheSameFinding() {
        minutes(2, 0);
        minutes(4, 1);
        String id = fleet.finding().getId();

        minutes(2, 0);

        assertThat(fleet.finding().getId()).isEqualTo(id);
        assertThat(fleet.finding().getEpisode()).isEqualTo(2);
        assertThat(fleet.finding().getTransition()).isEqualTo(Transition.REOPENED);
        assertThat(fleet.finding().getIncidentId()).isEqualTo(id + "#2");
    }

    @Test
    void aSilentClusterMakesItsFindingsUnknownAndItsReturnBringsThemBack() {
        minutes(2, 0);

        fleet.pass(Duration.ofMinutes(5));
        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.UNKNOWN);
        assertThat(fleet.finding().getTransition()).isEqualTo(Transition.STALE);

        live(0);
        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.ACTIVE);
    }

    @Test
    void whatRestsOnLateFactsNeitherOpensNorIsResolvedUntilTheyArrived() {
        minutes(2, 0);

        lateMinutes(6, 1, FactKind.SERVICE_ENDPOINTS);
        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.UNKNOWN);
        assertThat(fleet.finding().getCoverage().getMissing())
                .containsExactly("cluster east: ServiceEndpoints facts are late by more than 2 min");

        minutes(4, 1);
        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.RESOLVED);
    }

    @Test
    void lateFactsOfAKindThatARuleDoesNotReadDoNotConcernIt() {
        lateMinutes(2, 0, FactKind.CNI_NODE);

        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.ACTIVE);
    }

    @Test
    void aFindingThatNothingChangesIsNotWrittenAgain() {
        minutes(2, 0);
        int written = fleet.transitions().size();

        minutes(3, 0);

        assertThat(fleet.transitions()).hasSize(written);
    }

    @Test
    void aClusterThatIsGoneResolvesItsFindingsAndLeavesNothingBehind() {
        minutes(2, 0);
        TestCluster last = east(0);

        fleet.remove(last.facts().toArray(SpecificRecord[]::new))
                .remove(last.live())
                .settle();

        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.RESOLVED);
        assertThat(fleet.finding().getStateReason()).isEqualTo("subject_removed");

        fleet.pass(Duration.ofDays(1).multipliedBy(30).plusMinutes(1));
        assertThat(fleet.findings()).isEmpty();
        assertThat(fleet.forgotten()).hasSize(1);
        assertThat(fleet.rows("conditions-by-cluster")).isZero();
        assertThat(fleet.rows("findings-by-mesh")).isZero();
    }

    @Test
    void aRuleThatThrowsCostsItsOwnFindingsOnly() {
        fleet.close();
        fleet = fleet(List.of(new ServiceWithoutEndpoints(), new Throwing()));

        minutes(2, 0);

        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(fleet.counters().detectorFailures()).isPositive();
    }

    @Test
    void betweenHeartbeatsOnlyRulesThatReadWhatChangedAreJudgedAgain() {
        fleet.close();
        var counting = new Counting();
        fleet = fleet(List.of(new ServiceWithoutEndpoints(), counting));
        live(1);
        int asked = counting.asked;

        fleet.publish(east(0).facts()).settle();

        assertThat(counting.asked).isEqualTo(asked);
        fleet.pass(Duration.ofSeconds(61));
        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.ACTIVE);
    }

    @Test
    void aSymptomWaitsForItsCauseAndIsToldUnderItFromTheBeginning() {
        incidents();
        minutes(1, 0);
        assertThat(fleet.findings())
                .as("the symptom has held for a minute, and waits")
                .isEmpty();

        causes = true;
        minutes(2, 0);

        assertThat(fleet.transitions())
                .filteredOn(f -> f.getRule().getId().equals("TST-01"))
                .first()
                .satisfies(f -> assertThat(f.getRootCause().getRelation()).isEqualTo(Relation.SYMPTOM));
    }

    @Test
    void aSymptomWhoseCauseDoesNotComeIsToldAlone() {
        incidents();

        minutes(3, 0);

        assertThat(fleet.finding().getRootCause().getRelation()).isEqualTo(Relation.INDEPENDENT);
    }

    @Test
    void aSymptomThatOutlivesItsCauseStandsAloneAfterAGrace() {
        incidents();
        causes = true;
        minutes(3, 0);

        causes = false;
        minutes(4, 0);
        assertThat(symptom().getRootCause().getRelation())
                .as("the cause is resolved since a minute")
                .isEqualTo(Relation.SYMPTOM);

        minutes(5, 0);
        assertThat(symptom().getRootCause().getRelation()).isEqualTo(Relation.INDEPENDENT);
        assertThat(symptom().getIncidentId()).isEqualTo(symptom().getId() + "#1");
    }

    /** TST-04, switched by hand, explains TST-01 in its cluster. */
    private void incidents() {
        fleet.close();
        fleet = fleet(List.of(new ServiceWithoutEndpoints(), new Switched(), new Counting()));
    }

    private Finding symptom() {
        return fleet.findings().stream()
                .filter(f -> f.getRule().getId().equals("TST-01"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatARuleFoundIsUnknownWhileItThrows() {
        minutes(2, 0);

        broken = true;
        minutes(4, 0);

        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.UNKNOWN);
    }

    @Test
    void aRuleThatIsGoneTakesItsFindingsWithIt() throws Exception {
        minutes(2, 0);

        fleet.restart(new Catalogue(List.of(), List.of(), List.of())).settle();

        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.RESOLVED);
        assertThat(fleet.finding().getStateReason()).isEqualTo("rule_retired");
    }

    @Test
    void subscribersCanFilterByHeadersAlone() {
        minutes(2, 0);

        var headers = fleet.transitionRecords().get(0).headers();
        assertThat(headers)
                .extracting(h -> h.key() + "=" + new String(h.value(), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder(
                        "rule=TST-01",
                        "severity=high",
                        "state=active",
                        "mesh=mesh1",
                        "relation=independent",
                        "suppressed=false");
    }

    @Test
    void aSuppressedFindingLivesOnAndIsToldWhenTheSuppressionEnds() {
        suppressed("east", NOON.plus(Duration.ofMinutes(5)));
        minutes(2, 0);
        assertThat(fleet.finding().getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(fleet.finding().getSuppression())
                .isEqualTo(Suppression.newBuilder()
                        .setActive(true)
                        .setKind(SuppressionKind.MAINTENANCE)
                        .setReason("moved by night")
                        .setBy("jo")
                        .setUntil(NOON.plus(Duration.ofMinutes(5)))
                        .build());
        assertThat(fleet.transitionRecords()
                        .get(0)
                        .headers()
                        .lastHeader("suppressed")
                        .value())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("true");

        minutes(4, 0);

        assertThat(fleet.finding().getSuppression().getActive()).isFalse();
        assertThat(fleet.transitions())
                .extracting(Finding::getTransition)
                .containsExactly(Transition.OPENED, Transition.UNSUPPRESSED);
    }

    @Test
    void whatWasResolvedWhileSuppressedIsNotToldLater() {
        suppressed("e*t", NOON.plus(Duration.ofMinutes(8)));
        minutes(2, 0);
        minutes(4, 1);

        minutes(4, 1);

        assertThat(fleet.finding().getSuppression().getActive()).isTrue();
        assertThat(fleet.transitions())
                .extracting(Finding::getTransition)
                .containsExactly(Transition.OPENED, Transition.RECOVERING, Transition.RESOLVED);
    }

    @Test
    void aSuppressionOfAnotherClusterHidesNothing() {
        suppressed("west", NOON.plus(Duration.ofDays(1)));

        minutes(2, 0);

        assertThat(fleet.finding().getSuppression().getActive()).isFalse();
    }

    private void suppressed(String cluster, Instant until) {
        fleet.close();
        Silence silence =
                new Silence("TST-*", cluster, "", "", SuppressionKind.MAINTENANCE, "moved by night", "jo", until);
        fleet = new FleetDriver(
                folder.resolve("suppressed"),
                new Catalogue(
                        List.of(new ServiceWithoutEndpoints()),
                        List.of(),
                        List.of(),
                        List.of(),
                        RuleSetting.NONE,
                        new Silences(List.of(silence)),
                        IncidentTimes.DEFAULT),
                NOON);
    }

    private FleetDriver fleet(List<Detector<ClusterView>> rules) {
        return new FleetDriver(
                folder.resolve("state-" + rules.size()), new Catalogue(rules, List.of(), List.of()), NOON);
    }

    /** For so many minutes the cluster is heard every 30 seconds, with so many ready endpoints. */
    private void minutes(int minutes, int ready) {
        for (int i = 0; i < 2 * minutes; i++) {
            live(ready);
            fleet.pass(Duration.ofSeconds(28));
        }
        live(ready);
    }

    /** As {@link #minutes}, with a collector that cannot hand over facts of one kind. */
    private void lateMinutes(int minutes, int ready, FactKind kind) {
        for (int i = 0; i < 2 * minutes; i++) {
            TestCluster east = east(ready);
            fleet.publish(east.facts()).publish(east.live(kind, 180)).settle();
            fleet.pass(Duration.ofSeconds(28));
        }
    }

    private void live(int ready) {
        TestCluster east = east(ready);
        fleet.publish(east.facts()).publish(east.live()).settle();
    }

    private TestCluster east(int ready) {
        return cluster("east", fleet.now()).service("web", ready);
    }

    private final class ServiceWithoutEndpoints implements Detector<ClusterView> {
        @Override
        public Rule rule() {
            return LiveStoryTest.rule("TST-01", ServiceEndpoints.class);
        }

        @Override
        public Stream<Verdict> detect(ClusterView view) {
            if (broken) {
                throw new IllegalStateException("broken on purpose");
            }
            return view.rows(ServiceEndpoints.class).stream()
                    .filter(row -> row.fact().getReady() == 0)
                    .map(row -> VerdictBuilder.verdict(rule(), row.fact().getName(), List.of())
                            .scope(Scopes.of(view, view.cluster()))
                            .subject(
                                    "Service",
                                    row.fact().getNamespace(),
                                    row.fact().getName(),
                                    view.cluster())
                            .affected(1, 1, 0, List.of())
                            .evidence(row, "no endpoint is ready")
                            .build());
        }
    }

    private final class Switched implements Detector<ClusterView> {
        @Override
        public Rule rule() {
            return LiveStoryTest.rule(
                    "TST-04",
                    ServiceEndpoints.class,
                    new Rule.Edge("TST-01", Rule.JoinOn.CLUSTER, "the cause takes endpoints away"));
        }

        @Override
        public Stream<Verdict> detect(ClusterView view) {
            return !causes
                    ? Stream.empty()
                    : Stream.of(VerdictBuilder.verdict(rule(), "cause", List.of())
                            .scope(Scopes.of(view, view.cluster()))
                            .subject("Cluster", "", "east", view.cluster())
                            .build());
        }
    }

    /** Reads what never changes here. */
    private static final class Counting implements Detector<ClusterView> {
        private int asked;

        @Override
        public Rule rule() {
            return LiveStoryTest.rule("TST-03", ProxyStatus.class);
        }

        @Override
        public Stream<Verdict> detect(ClusterView view) {
            asked++;
            return Stream.empty();
        }
    }

    private static final class Throwing implements Detector<ClusterView> {
        @Override
        public Rule rule() {
            return LiveStoryTest.rule("TST-02", ServiceEndpoints.class);
        }

        @Override
        public Stream<Verdict> detect(ClusterView view) {
            throw new IllegalStateException("broken on purpose");
        }
    }

    private static Rule rule(String id, Class<? extends SpecificRecord> reads, Rule.Edge... explains) {
        return new Rule(
                id,
                "TestRule",
                1,
                Rule.Level.CLUSTER,
                Severity.HIGH,
                "title",
                "why",
                "remedy",
                Duration.ofMinutes(1),
                Duration.ofMinutes(3),
                Set.of(reads),
                List.of(explains));
    }
}
