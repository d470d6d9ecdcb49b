package io.meshdiag.processor.lifecycle;

import io.meshdiag.finding.Affected;
import io.meshdiag.finding.Coverage;
import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Evidence;
import io.meshdiag.finding.Explains;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.Remediation;
import io.meshdiag.finding.RootCause;
import io.meshdiag.finding.RuleRef;
import io.meshdiag.finding.Transition;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.schema.Printable;
import java.time.Instant;
import java.util.List;

/** What a finding says, taken from its rule and the verdict; bounded and cleaned, because names in it were chosen by others. */
public final class Content {
    private static final int TITLE = 256;
    private static final int DESCRIPTION = 1_024;
    private static final int EVIDENCE = 10;
    private static final int EVIDENCE_TEXT = 500;
    private static final int SAMPLES = 20;

    private Content() {}

    /** A finding that nobody has heard of yet. */
    static Finding begin(String id, Rule rule, Verdict verdict, Instant firstSeen) {
        Finding.Builder finding = Finding.newBuilder()
                .setId(id)
                .setScopeKey(Printable.shorten(verdict.scopeKey(), 1_000))
                .setRevision(0)
                .setEpisode(1)
                .setTransition(Transition.UNSPECIFIED)
                .setState(DetectionState.PENDING)
                .setFirstSeen(firstSeen)
                .setRootCause(RootCause.newBuilder()
                        .setRelation(Relation.INDEPENDENT)
                        .setFindingId(id)
                        .build())
                .setIncidentId(id)
                .setExplains(Explains.newBuilder().setByRule(List.of()).build());
        return update(finding, rule, verdict, firstSeen).build();
    }

    /** The same finding, saying what the verdict says now. */
    static Finding.Builder update(Finding.Builder finding, Rule rule, Verdict verdict, Instant asOf) {
        return finding.setRule(RuleRef.newBuilder()
                        .setId(rule.id())
                        .setName(rule.name())
                        .setVersion(rule.version())
                        .setFamily(rule.family())
                        .build())
                .setTitle(Printable.shorten(verdict.title(), TITLE))
                .setDescription(Printable.shorten(verdict.description(), DESCRIPTION))
                .setSeverity(verdict.severity())
                .setConfidence(verdict.confidence())
                .setScope(verdict.scope())
                .setSubject(verdict.subject())
                .setAffected(bounded(verdict.affected()))
                .setVersions(verdict.versions())
                .setEvidence(verdict.evidence().stream()
                        .limit(EVIDENCE)
                        .map(Content::bounded)
                        .toList())
                .setRemediation(Remediation.newBuilder()
                        .setSummary(rule.remediation())
                        .setSteps(verdict.steps())
                        .build())
                .setForecast(verdict.forecast().orElse(null))
                .setCoverage(coverage(verdict.missing()))
                .setLastSeen(asOf);
    }

    static Coverage coverage(List<String> missing) {
        return Coverage.newBuilder()
                .setComplete(missing.isEmpty())
                .setMissing(missing)
                .build();
    }

    /** True when a reader sees no difference: only the times of looks that confirmed it moved. */
    public static boolean sameForReaders(Finding a, Finding b) {
        return timeless(a).equals(timeless(b));
    }

    private static Finding timeless(Finding finding) {
        return Finding.newBuilder(finding)
                .setLastSeen(Instant.EPOCH)
                .setRevision(0)
                .setTransition(Transition.UNSPECIFIED)
                .setEvidence(finding.getEvidence().stream()
                        .map(e -> Evidence.newBuilder(e).setAt(Instant.EPOCH).build())
                        .toList())
                .build();
    }

    private static Evidence bounded(Evidence evidence) {
        return Evidence.newBuilder(evidence)
                .setValue(Printable.shorten(evidence.getValue(), EVIDENCE_TEXT))
                .build();
    }

    private static Affected bounded(Affected affected) {
        return Affected.newBuilder(affected)
                .setSamples(affected.getSamples().stream()
                        .limit(SAMPLES)
                        .map(Printable::clean)
                        .toList())
                .build();
    }
}
