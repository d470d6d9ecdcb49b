package io.meshdiag.standalone.report;

import io.meshdiag.finding.Evidence;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.Relation;
import io.meshdiag.finding.RemediationStep;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** All that is known about one finding: what it rests on, what to do, what explains it, and what it explains. */
public final class FindingPage {
    private static final int COLUMN = 10;
    private static final int INDENT = 2;
    private static final int SYMPTOMS_SHOWN = 20;

    private FindingPage() {}

    /**
     * The page.
     *
     * @param all findings of the same diagnosis: its cause and its symptoms are among them
     */
    public static String render(Finding finding, Collection<Finding> all, Style style, int width) {
        Page page = new Page(style, width);
        String severity = " " + finding.getSeverity().name() + " ";
        page.hanging(style.severity(finding.getSeverity(), severity) + " ", severity.length() + 1, finding.getTitle());
        page.blank();
        page.field(
                INDENT,
                COLUMN,
                "Finding",
                finding.getId() + ", rule " + finding.getRule().getId() + " "
                        + finding.getRule().getName() + ", "
                        + finding.getState().name().toLowerCase(Locale.ROOT)
                        + (finding.getStateReason().isEmpty() ? "" : " (" + finding.getStateReason() + ")"));
        page.field(INDENT, COLUMN, "Why", finding.getDescription());
        page.field(INDENT, COLUMN, "Affected", Words.affected(finding.getAffected()));
        page.field(INDENT, COLUMN, "Since", Words.since(finding));
        page.field(INDENT, COLUMN, "Touch", subject(finding));
        if (finding.getSuppression().getActive()) {
            page.field(INDENT, COLUMN, "Silenced", Words.suppressed(finding));
        }
        cause(page, finding, all);
        evidence(page, finding.getEvidence());
        remediation(page, finding);
        symptoms(page, finding, all);
        if (!finding.getCoverage().getComplete()) {
            page.blank().heading("Not seen, so less sure");
            finding.getCoverage().getMissing().forEach(m -> page.hanging("  - ", 4, m));
        }
        return page.toString();
    }

    private static String subject(Finding finding) {
        var subject = finding.getSubject();
        return subject.getKind() + " " + (subject.getNamespace() == null ? "" : subject.getNamespace() + "/")
                + subject.getName()
                + (subject.getCluster() == null ? "" : " in cluster " + subject.getCluster());
    }

    private static void cause(Page page, Finding finding, Collection<Finding> all) {
        if (finding.getRootCause().getRelation() != Relation.SYMPTOM) {
            return;
        }
        String id = finding.getRootCause().getFindingId();
        String title = all.stream()
                .filter(f -> f.getId().equals(id))
                .findFirst()
                .map(Finding::getTitle)
                .orElse("a finding that is no longer there");
        page.field(
                INDENT,
                COLUMN,
                "Cause",
                title + " (" + Words.shortId(id) + "): "
                        + finding.getRootCause().getReason());
    }

    private static void evidence(Page page, List<Evidence> evidence) {
        if (evidence.isEmpty()) {
            return;
        }
        page.blank().heading("Evidence");
        for (Evidence fact : evidence) {
            page.hanging("  - ", 4, fact.getCluster() + " · " + fact.getSubject() + ": " + fact.getValue());
            page.hanging(
                    "    ",
                    4,
                    fact.getKind() + " from " + fact.getSource() + ", seen by " + fact.getObserver() + " at "
                            + Words.time(fact.getAt()));
        }
    }

    private static void remediation(Page page, Finding finding) {
        page.blank().heading("What to do");
        page.hanging("  ", 2, finding.getRemediation().getSummary());
        for (RemediationStep step : finding.getRemediation().getSteps()) {
            String number = "  " + step.getOrder() + ". ";
            page.hanging(number, number.length(), step.getText());
            if (step.getCommand() != null) {
                page.command(number.length(), step.getCommand());
            }
        }
    }

    private static void symptoms(Page page, Finding finding, Collection<Finding> all) {
        List<Finding> symptoms = all.stream()
                .filter(f -> f.getRootCause().getRelation() == Relation.SYMPTOM
                        && f.getRootCause().getFindingId().equals(finding.getId()))
                .sorted(Incident.WORST_FIRST)
                .toList();
        if (symptoms.isEmpty()) {
            return;
        }
        page.blank().heading("Explains " + Words.count(symptoms.size(), "finding"));
        int shown = Math.min(SYMPTOMS_SHOWN, symptoms.size());
        symptoms.subList(0, shown)
                .forEach(s -> page.hanging(
                        "  - ", 4, s.getRule().getId() + " " + s.getTitle() + " (" + Words.shortId(s.getId()) + ")"));
        if (shown < symptoms.size()) {
            page.line("    … and " + Words.number(symptoms.size() - (long) shown) + " more");
        }
    }
}
