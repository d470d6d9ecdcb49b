package io.meshdiag.processor.detect;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.ComponentVersion;
import io.meshdiag.finding.Evidence;
import io.meshdiag.finding.Forecast;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.finding.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A rule's answer on one scope key, now.
 *
 * @param state PRESENT, or UNKNOWN when it cannot be judged; silence means healthy
 * @param scopeKey identity within mesh and rule: cluster uids, namespace/service, error signature; never pod names, counts or message text
 * @param title names the subject, at most 256 characters
 * @param description what is so and what follows from it, at most 1,024 characters
 * @param versions of Istio's components that it is about, as far as the rule knows more than the cluster's summary; at most one per component
 * @param since when the fault began as far as the facts tell; empty = the view's time
 * @param missing signals that were absent; why it is UNKNOWN
 * @param judgeAgainAt a time at which this verdict changes without any new fact (an age limit, an expiry)
 */
public record Verdict(
        State state,
        String scopeKey,
        Severity severity,
        double confidence,
        String title,
        String description,
        Scope scope,
        Subject subject,
        Affected affected,
        List<ComponentVersion> versions,
        List<Evidence> evidence,
        List<RemediationStep> steps,
        Optional<Instant> since,
        Optional<Forecast> forecast,
        List<String> missing,
        Optional<Instant> judgeAgainAt) {

    /** What a rule may say. */
    public enum State {
        PRESENT,
        UNKNOWN
    }

    public Verdict {
        versions = List.copyOf(versions);
        evidence = List.copyOf(evidence);
        steps = List.copyOf(steps);
        missing = List.copyOf(missing);
    }

    /** The same with another severity. */
    public Verdict with(Severity other) {
        return with(other, versions);
    }

    /** The same with other versions. */
    public Verdict with(List<ComponentVersion> others) {
        return with(severity, others);
    }

    private Verdict with(Severity newSeverity, List<ComponentVersion> newVersions) {
        return new Verdict(
                state,
                scopeKey,
                newSeverity,
                confidence,
                title,
                description,
                scope,
                subject,
                affected,
                newVersions,
                evidence,
                steps,
                since,
                forecast,
                missing,
                judgeAgainAt);
    }
}
