package io.meshdiag.standalone.report;

import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Severity;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which incidents a person asked for; judged by their cause.
 *
 * @param atLeast least severity
 * @param rules rule ids; empty = all
 */
public record FindingFilter(Severity atLeast, Set<String> rules) implements Predicate<Finding> {
    public static final FindingFilter ALL = new FindingFilter(Severity.INFO, Set.of());

    public FindingFilter {
        rules = Set.copyOf(rules);
    }

    @Override
    public boolean test(Finding finding) {
        return finding.getSeverity().compareTo(atLeast) >= 0
                && (rules.isEmpty() || rules.contains(finding.getRule().getId()));
    }
}
