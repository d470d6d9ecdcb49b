package io.meshdiag.processor.rules;

import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.view.ScopeView;
import java.util.List;
import java.util.Map;

/**
 * What people decided about the rules of a deployment.
 *
 * @param byRule settings by rule id; what is not there is as the rule is by itself
 * @param silences what nobody is to be told
 * @param incidentTimes how long incidents wait
 */
public record RuleSettings(Map<String, RuleSetting> byRule, List<Silence> silences, IncidentTimes incidentTimes) {
    /** Every rule as it is by itself, everything told. */
    public static final RuleSettings NONE = new RuleSettings(Map.of(), List.of(), IncidentTimes.DEFAULT);

    public RuleSettings {
        byRule = Map.copyOf(byRule);
        silences = List.copyOf(silences);
    }

    /** How one rule differs from what it is by itself. */
    public RuleSetting of(String rule) {
        return byRule.getOrDefault(rule, RuleSetting.NONE);
    }

    /** These detectors as configured, those that are off left out. */
    public <V extends ScopeView> List<Detector<V>> applyTo(List<Detector<V>> detectors) {
        return detectors.stream()
                .filter(detector -> !byRule.containsKey(detector.rule().id())
                        || byRule.get(detector.rule().id()).enabled())
                .map(detector -> byRule.containsKey(detector.rule().id())
                        ? byRule.get(detector.rule().id()).applyTo(detector)
                        : detector)
                .toList();
    }
}
