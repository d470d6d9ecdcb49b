package io.meshdiag.processor.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Subject;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.state.Condition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LifeCycleTest {
    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
    private static final Rule RULE = new Rule(
            "TST-01",
            "TestRule",
            1,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "title",
            "why",
            "remedy",
            Duration.ofMinutes(1),
            Duration.ofMinutes(3),
            Set.of(),
            List.of());

    private final LifeCycle life = new LifeCycle(Duration.ofDays(30));
    private Condition condition;

    @Test
    void aProblemIsPendingUntilItHeldLongEnough() {
        assertThat(present(0).getState()).isEqualTo(DetectionState.PENDING);
        assertThat(present(59).getState()).isEqualTo(DetectionState.PENDING);

        Finding active = present(60);
        assertThat(active.getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(active.getFirstSeen()).isEqualTo(T0);
        assertThat(active.getOpenedAt()).isEqualTo(T0.plusSeconds(60));
    }

    @Test
    void aPendingProblemThatGoesAwayLeavesNothing() {
        present(0);

        absent(10);

        assertThat(condition).isNull();
    }

    @Test
    void whatTheFactsSayAboutItsBeginCountsAsHeld() {
        see(Observation.of(verdict(Verdict.State.PRESENT, Optional.of(T0.minusSeconds(600))), T0, false));

        assertThat(condition.getFinding().getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(condition.getFinding().getFirstSeen()).isEqualTo(T0.minusSeconds(600));
    }

    @Test
    void anActiveProblemRecoversAndIsResolvedWhenItStaysAway() {
        active();

        assertThat(absent(100).getState()).isEqualTo(DetectionState.RECOVERING);
        assertThat(absent(279).getState()).isEqualTo(DetectionState.RECOVERING);
        Finding resolved = absent(280);

        assertThat(resolved.getState()).isEqualTo(DetectionState.RESOLVED);
        assertThat(resolved.getResolvedAt()).isEqualTo(T0.plusSeconds(280));
    }

    @Test
    void aRecoveringProblemThatReturnsIsActiveInTheSameEpisode() {
        active();
        absent(100);

        Finding again = present(120);

        assertThat(again.getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(again.getEpisode()).isEqualTo(1);
    }

    @Test
    void aResolvedProblemThatReturnsAndHoldsIsANewEpisode() {
        resolved();

        assertThat(present(1_000).getState()).isEqualTo(DetectionState.RESOLVED);
        Finding again = present(1_060);

        assertThat(again.getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(again.getEpisode()).isEqualTo(2);
        assertThat(again.getFirstSeen()).isEqualTo(T0.plusSeconds(1_000));
        assertThat(again.getResolvedAt()).isNull();
    }

    @Test
    void missingInputsMakeItUnknownOnlyAfterAWhile() {
        active();

        assertThat(unknown(100).getState()).isEqualTo(DetectionState.ACTIVE);
        Finding unknown = unknown(220);

        assertThat(unknown.getState()).isEqualTo(DetectionState.UNKNOWN);
        assertThat(unknown.getStateReason()).isEqualTo("inputs_missing");
        assertThat(unknown.getCoverage().getMissing()).containsExactly("syncz");
    }

    @Test
    void unknownNeverOpensAndNeverResolves() {
        unknown(0);
        assertThat(condition).isNull();

        active();
        unknown(100);
        assertThat(unknown(100_000).getState()).isEqualTo(DetectionState.UNKNOWN);
    }

    @Test
    void fromUnknownItGoesOnWithWhatTheDataSay() {
        active();
        unknown(100);
        unknown(300);
        Condition unknown = condition;

        assertThat(present(310).getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(condition.getFinding().getStateReason()).isEmpty();

        condition = unknown;
        assertThat(absent(310).getState()).isEqualTo(DetectionState.RECOVERING);
    }

    @Test
    void aProblemThatComesAndGoesFlapsAndStaysActiveUntilItIsQuiet() {
        active();
        absent(100);
        present(110);
        absent(120);
        Finding flapping = present(130);
        assertThat(flapping.getFlapping()).isTrue();

        assertThat(absent(140).getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(absent(140 + 29 * 60).getState()).isEqualTo(DetectionState.ACTIVE);
        Finding quiet = absent(140 + 30 * 60);

        assertThat(quiet.getState()).isEqualTo(DetectionState.RESOLVED);
        assertThat(quiet.getFlapping()).isFalse();
    }

    @Test
    void whatLostItsSubjectOrItsRuleEndsAtOnce() {
        active();

        see(Observation.ended("subject_removed", T0.plusSeconds(100)));

        assertThat(condition.getFinding().getState()).isEqualTo(DetectionState.RESOLVED);
        assertThat(condition.getFinding().getStateReason()).isEqualTo("subject_removed");
    }

    @Test
    void aResolvedProblemIsForgottenAfterTheRetention() {
        resolved();
        Instant resolvedAt = condition.getFinding().getResolvedAt();
        assertThat(life.due(condition, RULE)).contains(resolvedAt.plus(Duration.ofDays(30)));

        see(Observation.absent(resolvedAt.plus(Duration.ofDays(30)).minusMillis(1), false));
        assertThat(condition).isNotNull();
        see(Observation.absent(resolvedAt.plus(Duration.ofDays(30)), false));
        assertThat(condition).isNull();
    }

    @Test
    void anArchiveIsOneLookThatCountsAsHeld() {
        see(Observation.of(verdict(Verdict.State.PRESENT, Optional.empty()), T0, true));
        assertThat(condition.getFinding().getState()).isEqualTo(DetectionState.ACTIVE);
        assertThat(condition.getFinding().getSeenOnce()).isTrue();

        see(Observation.absent(T0.plusSeconds(1), true));
        assertThat(condition.getFinding().getState()).isEqualTo(DetectionState.RESOLVED);
    }

    @Test
    void theNextChangeByTimeAloneIsKnown() {
        present(0);
        assertThat(life.due(condition, RULE)).contains(T0.plusSeconds(60));
        present(60);
        assertThat(life.due(condition, RULE)).isEmpty();
        absent(100);
        assertThat(life.due(condition, RULE)).contains(T0.plusSeconds(280));
        unknown(110);
        assertThat(life.due(condition, RULE)).contains(T0.plusSeconds(230));
    }

    @Test
    void theIdIsMadeOfMeshRuleAndScopeAlone() {
        // echo -n 'mesh1|TRU-01|a->b' | sha256sum, in base32
        assertThat(FindingId.of("mesh1", "TRU-01", "a->b"))
                .matches("mf1-[a-z2-7]{52}")
                .isEqualTo(EXPECTED_ID);
    }

    @Test
    void aFindingKeepsTheVersionsThatItWasOpenedWith() {
        running(0, "1.28.1");
        running(30, "1.29.1");
        assertThat(running(60, "1.29.1").getVersions()).containsExactly(istiod("1.29.1"));

        assertThat(running(90, "1.30.0").getVersions()).containsExactly(istiod("1.29.1"));

        absent(100);
        absent(280);
        running(300, "1.30.0");
        assertThat(running(360, "1.30.0").getVersions()).containsExactly(istiod("1.30.0"));
    }

    private Finding running(int second, String version) {
        Verdict verdict = verdict(Verdict.State.PRESENT, Optional.empty()).with(List.of(istiod(version)));
        return see(Observation.of(verdict, T0.plusSeconds(second), false));
    }

    private static ComponentVersion istiod(String version) {
        return new ComponentVersion("istiod", version);
    }

    private static final String EXPECTED_ID = "mf1-fwuiy6spac65qguj4ylkihhxct4tdrcukubr45exuagqlnuk7mbq";

    private void active() {
        present(0);
        present(60);
    }

    private void resolved() {
        active();
        absent(100);
        absent(280);
    }

    private Finding present(int second) {
        return see(Observation.of(verdict(Verdict.State.PRESENT, Optional.empty()), T0.plusSeconds(second), false));
    }

    private Finding unknown(int second) {
        return see(Observation.of(verdict(Verdict.State.UNKNOWN, Optional.empty()), T0.plusSeconds(second), false));
    }

    private Finding absent(int second) {
        return see(Observation.absent(T0.plusSeconds(second), false));
    }

    private Finding see(Observation seen) {
        condition = life.next(condition, seen, RULE, "mf1-x").orElse(null);
        return condition == null ? null : condition.getFinding();
    }

    private static Verdict verdict(Verdict.State state, Optional<Instant> since) {
        return new Verdict(
                state,
                "a",
                Severity.HIGH,
                1.0,
                "title",
                "description",
                Scope.newBuilder().setMesh("mesh1").setClusters(List.of("a")).build(),
                Subject.newBuilder().setKind("Cluster").setName("a").build(),
                new Affected(1, 0, 0, List.of()),
                List.of(),
                List.of(),
                List.of(),
                since,
                Optional.empty(),
                state == Verdict.State.UNKNOWN ? List.of("syncz") : List.of(),
                Optional.empty());
    }
}
