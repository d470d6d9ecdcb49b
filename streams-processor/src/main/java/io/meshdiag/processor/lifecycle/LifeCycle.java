package io.meshdiag.processor.lifecycle;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.state.Condition;
import io.meshdiag.state.Truth;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The life of a finding: a pure function of what it was, what is known now, and the rule's hold times, all in event time.
 *
 * <p>Pending until it held, active, recovering until it was gone long enough, resolved; unknown when its inputs stay away, which neither opens
 * nor closes it. Coming back makes it the same finding in a new episode. States: finding-record 6.3.
 *
 * @param retention how long a resolved finding is remembered
 */
public record LifeCycle(Duration retention) {
    /** Inputs may be late or lost for this long before a finding says so. */
    static final Duration UNKNOWN_AFTER = Duration.ofMinutes(2);
    /** This many turns within the window are flapping; the finding then stays active until the window is quiet. */
    static final int FLAPPING_TURNS = 4;

    static final Duration FLAPPING_WINDOW = Duration.ofMinutes(30);
    private static final int TURNS_KEPT = 10;

    /**
     * What becomes of a finding.
     *
     * @param before null when there is none yet
     * @param rule null when it is no longer in the catalogue (the observation says so)
     * @param id of the finding
     * @return empty when nothing is to be remembered
     */
    Optional<Condition> next(Condition before, Observation seen, Rule rule, String id) {
        if (before == null) {
            return seen.truth() == Truth.PRESENT ? Optional.of(begin(seen, rule, id)) : Optional.empty();
        }
        Condition turned = turn(before, seen);
        Finding finding = turned.getFinding();
        return switch (seen.truth()) {
            case PRESENT -> Optional.of(present(turned, seen, rule));
            case ABSENT ->
                finding.getState() == DetectionState.RESOLVED
                        ? remembered(turned, seen.asOf())
                        : absent(turned, seen, rule);
            case UNKNOWN ->
                finding.getState() == DetectionState.RESOLVED
                        ? remembered(turned, seen.asOf())
                        : Optional.of(unknown(turned, seen));
        };
    }

    /** Event time at which the condition changes although nothing new is observed. */
    Optional<Instant> due(Condition condition, Rule rule) {
        DetectionState state = condition.getFinding().getState();
        Instant since = condition.getTruthSince();
        return switch (condition.getTruth()) {
            case PRESENT ->
                state == DetectionState.PENDING || state == DetectionState.RESOLVED
                        ? Optional.of(since.plus(rule.activateAfter()))
                        : Optional.empty();
            case ABSENT ->
                Optional.of(
                        state == DetectionState.RESOLVED
                                ? condition.getFinding().getResolvedAt().plus(retention)
                                : since.plus(quietTime(condition, rule)));
            case UNKNOWN ->
                state == DetectionState.ACTIVE || state == DetectionState.RECOVERING
                        ? Optional.of(since.plus(UNKNOWN_AFTER))
                        : Optional.empty();
        };
    }

    private static Condition begin(Observation seen, Rule rule, String id) {
        Finding finding = Content.begin(id, rule, seen.verdict().orElseThrow(), seen.since());
        Condition pending = Condition.newBuilder()
                .setFinding(finding)
                .setTruth(Truth.PRESENT)
                .setTruthSince(seen.since())
                .build();
        return present(pending, seen, rule);
    }

    private static Condition turn(Condition before, Observation seen) {
        if (before.getTruth() == seen.truth()) {
            return before;
        }
        List<Instant> turns = new ArrayList<>(before.getTurns());
        if (before.getTruth() != Truth.UNKNOWN && seen.truth() != Truth.UNKNOWN) {
            turns.add(seen.asOf());
        }
        Instant horizon = seen.asOf().minus(FLAPPING_WINDOW);
        turns.removeIf(turn -> turn.isBefore(horizon));
        int surplus = Math.max(0, turns.size() - TURNS_KEPT);
        return Condition.newBuilder(before)
                .setTruth(seen.truth())
                .setTruthSince(seen.since())
                .setTurns(turns.subList(surplus, turns.size()))
                .build();
    }

    private static Condition present(Condition condition, Observation seen, Rule rule) {
        Verdict verdict = seen.verdict().orElseThrow();
        Finding before = condition.getFinding();
        boolean held = held(condition, seen, rule.activateAfter());
        if (before.getState() == DetectionState.RESOLVED && !held) {
            return condition;
        }
        Finding.Builder finding = Content.update(Finding.newBuilder(before), rule, verdict, seen.asOf())
                .setSeenOnce(seen.seenOnce());
        switch (before.getState()) {
            case PENDING -> {
                if (held) {
                    finding.setState(DetectionState.ACTIVE).setOpenedAt(seen.asOf());
                }
            }
            case RESOLVED ->
                finding.setState(DetectionState.ACTIVE)
                        .setEpisode(before.getEpisode() + 1)
                        .setFirstSeen(condition.getTruthSince())
                        .setOpenedAt(seen.asOf())
                        .setResolvedAt(null)
                        .setStateReason("");
            case ACTIVE, RECOVERING, UNKNOWN -> {
                finding.setState(DetectionState.ACTIVE).setStateReason("");
                if (!seen.seenOnce() && !before.getVersions().isEmpty()) {
                    // It began with these: an upgrade meanwhile is no change of the finding.
                    finding.setVersions(before.getVersions());
                }
            }
        }
        boolean flapping = !seen.seenOnce() && condition.getTurns().size() >= FLAPPING_TURNS;
        return with(condition, finding.setFlapping(flapping));
    }

    private Optional<Condition> absent(Condition condition, Observation seen, Rule rule) {
        Finding before = condition.getFinding();
        if (before.getState() == DetectionState.PENDING) {
            return Optional.empty();
        }
        Finding.Builder finding = Finding.newBuilder(before).setStateReason(seen.endedBy());
        boolean ended = !seen.endedBy().isEmpty();
        if (ended || held(condition, seen, quietTime(condition, rule))) {
            finding.setState(DetectionState.RESOLVED).setResolvedAt(seen.asOf()).setFlapping(false);
        } else if (!before.getFlapping()) {
            finding.setState(DetectionState.RECOVERING);
        }
        return Optional.of(with(condition, finding));
    }

    private static Condition unknown(Condition condition, Observation seen) {
        Finding before = condition.getFinding();
        if (before.getState() == DetectionState.PENDING || !held(condition, seen, UNKNOWN_AFTER)) {
            return condition;
        }
        List<String> missing = seen.missing();
        return with(
                condition,
                Finding.newBuilder(before)
                        .setState(DetectionState.UNKNOWN)
                        .setStateReason("inputs_missing")
                        .setCoverage(Content.coverage(missing)));
    }

    private Optional<Condition> remembered(Condition condition, Instant asOf) {
        Instant until = condition.getFinding().getResolvedAt().plus(retention);
        return asOf.isBefore(until) ? Optional.of(condition) : Optional.empty();
    }

    private static Duration quietTime(Condition condition, Rule rule) {
        return condition.getFinding().getFlapping() ? FLAPPING_WINDOW : rule.resolveAfter();
    }

    /** One archive is one look: what is so at its time counts as held. */
    private static boolean held(Condition condition, Observation seen, Duration time) {
        return seen.seenOnce()
                || !seen.asOf().isBefore(condition.getTruthSince().plus(time));
    }

    private static Condition with(Condition condition, Finding.Builder finding) {
        return Condition.newBuilder(condition).setFinding(finding.build()).build();
    }
}
