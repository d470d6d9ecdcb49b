package io.meshdiag.processor.rules;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.view.ScopeView;
import java.time.Duration;
import java.util.Optional;

/**
 * How one rule differs from what it is by itself.
 *
 * @param enabled false: it is not asked, and what it found before ends as {@code rule_retired}
 * @param severity of all its findings, in place of what it says of each
 * @param thresholds its record {@code Thresholds}, all numbers filled in
 */
public record RuleSetting(
        boolean enabled,
        Optional<Severity> severity,
        Optional<Duration> activateAfter,
        Optional<Duration> resolveAfter,
        Optional<Record> thresholds) {
    /** As the rule is by itself. */
    public static final RuleSetting NONE =
            new RuleSetting(true, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    <V extends ScopeView> Detector<V> applyTo(Detector<V> detector) {
        Detector<V> tuned = thresholds
                .map(numbers -> RuleThresholds.of(detector).orElseThrow().in(detector, numbers))
                .orElse(detector);
        return new ConfiguredDetector<>(tuned, applyTo(tuned.rule()), severity);
    }

    /** The rule with its severity and times. */
    public Rule applyTo(Rule rule) {
        return rule.with(
                severity.orElse(rule.severity()),
                activateAfter.orElse(rule.activateAfter()),
                resolveAfter.orElse(rule.resolveAfter()));
    }
}
