package io.meshdiag.standalone.report;

import io.meshdiag.finding.DetectionState;
import io.meshdiag.finding.Finding;
import io.meshdiag.finding.RemediationStep;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.detect.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A diagnosis as a person reads it: incidents first, worst first, each with its cause, who suffers, since when, and the first safe step. */
public final class TerminalReport {
    private static final int COLUMN = 10;
    private static final int INDENT = 2;
    private static final int UNKNOWN_SHOWN = 5;
    private static final int GAPS_SHOWN = 4;
    private static final int CLUSTERS_NAMED = 8;

    private final Page page;
    private final boolean allNotes;

    private TerminalReport(Page page, boolean allNotes) {
        this.page = page;
        this.allNotes = allNotes;
    }

    /**
     * The report, lines ended by newline.
     *
     * @param allNotes true: every gap in what the archives showed, not only the first
     * @param width columns of the terminal
     */
    public static String render(Diagnosis diagnosis, FindingFilter filter, boolean allNotes, Style style, int width) {
        TerminalReport report = new TerminalReport(new Page(style, width), allNotes);
        List<Incident> incidents = Incident.among(diagnosis.findings(), filter);
        report.header(diagnosis);
        for (int i = 0; i < incidents.size(); i++) {
            report.incident(i + 1, incidents.get(i));
        }
        report.unknown(diagnosis.findings());
        report.suppressed(Incident.suppressed(diagnosis.findings(), filter));
        report.notes(diagnosis);
        report.summary(incidents, filter);
        return report.page.toString();
    }

    private void header(Diagnosis diagnosis) {
        String meshes = diagnosis.clusters().stream()
                .map(c -> Page.clean(c.mesh()))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        List<String> clusters = diagnosis.clusters().stream()
                .filter(look -> look.vm() == null)
                .map(Diagnosis.ClusterLook::cluster)
                .sorted()
                .toList();
        String names = String.join(", ", clusters.subList(0, Math.min(CLUSTERS_NAMED, clusters.size())))
                + (clusters.size() > CLUSTERS_NAMED ? ", …" : "");
        int looks = diagnosis.clusters().size();
        String machines =
                looks > clusters.size() ? " · " + Words.count(looks - clusters.size(), "virtual machine") : "";
        Instant newest = diagnosis.clusters().stream()
                .map(Diagnosis.ClusterLook::takenAt)
                .max(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
        String lead = "Mesh " + meshes + " · ";
        page.hanging(
                page.style().bold("Mesh " + meshes) + " · ",
                lead.length(),
                Words.time(newest) + " · " + Words.count(clusters.size(), "cluster") + ": " + names + machines);
        page.blank();
    }

    private void incident(int number, Incident incident) {
        Finding cause = incident.cause();
        Style style = page.style();
        String severity = " " + cause.getSeverity().name() + " ";
        String lead = number + " " + severity;
        page.hanging(
                number + " " + style.severity(cause.getSeverity(), severity) + " ",
                lead.length() + 1,
                cause.getTitle());
        page.line(" ".repeat(INDENT)
                + style.dim(Page.clean(cause.getRule().getId()) + " · " + Words.shortId(Page.clean(cause.getId()))));
        page.blank();
        field("Why", cause.getDescription());
        field("Affected", Words.affected(incident.affected()));
        field("Since", Words.since(cause));
        if (cause.getForecast() != null) {
            field(
                    "Expect",
                    Words.time(cause.getForecast().getHappensAt()) + ": "
                            + cause.getForecast().getConsequence());
        }
        if (!incident.symptoms().isEmpty()) {
            field("Explains", symptoms(incident));
        }
        firstStep(cause);
        if (!cause.getCoverage().getComplete()) {
            field("Unsure", "not seen: " + String.join("; ", cause.getCoverage().getMissing()));
        }
        page.blank();
    }

    private void firstStep(Finding cause) {
        List<RemediationStep> steps = cause.getRemediation().getSteps();
        if (steps.isEmpty()) {
            field("Do", cause.getRemediation().getSummary());
            return;
        }
        RemediationStep first = steps.get(0);
        field("Do first", first.getText());
        if (first.getCommand() != null) {
            page.command(INDENT + COLUMN, first.getCommand());
        }
        field(
                "Then",
                (steps.size() > 1 ? Words.count(steps.size() - 1L, "more step") + ", and the evidence: " : "evidence: ")
                        + "meshdiag explain " + Words.shortId(cause.getId()));
    }

    private static String symptoms(Incident incident) {
        return incident.symptomsByRule().entrySet().stream()
                .map(e -> Words.number(e.getValue()) + " × " + e.getKey() + " " + title(e.getKey()))
                .collect(Collectors.joining("; "));
    }

    /** Findings carry their rule's id only; a finding of another version may be of a rule that this one does not know. */
    private static String title(String rule) {
        return Detectors.rules().stream()
                .filter(r -> r.id().equals(rule))
                .findFirst()
                .map(Rule::title)
                .orElse("");
    }

    private void unknown(List<Finding> findings) {
        List<Finding> unknown = findings.stream()
                .filter(f -> f.getState() == DetectionState.UNKNOWN)
                .sorted(Incident.WORST_FIRST)
                .toList();
        if (unknown.isEmpty()) {
            return;
        }
        page.heading("Cannot be judged");
        int shown = allNotes ? unknown.size() : Math.min(UNKNOWN_SHOWN, unknown.size());
        for (Finding finding : unknown.subList(0, shown)) {
            String missing = String.join("; ", finding.getCoverage().getMissing());
            page.field(
                    INDENT,
                    COLUMN,
                    finding.getRule().getId(),
                    finding.getTitle() + (missing.isEmpty() ? "" : "; not seen: " + missing));
        }
        more(unknown.size() - shown);
        page.blank();
    }

    /** What people decided not to be told is no incident of this report, but never out of sight. */
    private void suppressed(List<Incident> incidents) {
        if (incidents.isEmpty()) {
            return;
        }
        page.heading("Suppressed");
        incidents.stream()
                .map(Incident::cause)
                .forEach(cause -> page.field(
                        INDENT, COLUMN, cause.getRule().getId(), cause.getTitle() + ": " + Words.suppressed(cause)));
        page.blank();
    }

    private void notes(Diagnosis diagnosis) {
        List<String[]> notes = new ArrayList<>();
        diagnosis.notes().forEach(note -> notes.add(new String[] {"Run", note}));
        for (Diagnosis.ClusterLook look : diagnosis.clusters()) {
            look.gaps()
                    .forEach(gap -> notes.add(new String[] {
                        look.vm() == null ? look.cluster() : look.vm(),
                        gap.getSource() + " " + gap.getState().name().toLowerCase(Locale.ROOT)
                                + (gap.getDetail().isEmpty() ? "" : ": " + gap.getDetail())
                    }));
        }
        if (notes.isEmpty()) {
            return;
        }
        page.heading("Notes");
        int column = 2
                + notes.stream().mapToInt(n -> Page.clean(n[0]).length()).max().orElse(0);
        int shown = allNotes ? notes.size() : Math.min(GAPS_SHOWN, notes.size());
        notes.subList(0, shown).forEach(n -> page.field(INDENT, column, Page.clean(n[0]), n[1]));
        more(notes.size() - shown);
        page.blank();
    }

    private void more(int hidden) {
        if (hidden > 0) {
            page.line(" ".repeat(INDENT)
                    + page.style().dim("… and " + Words.number(hidden) + " more (--verbose shows all)"));
        }
    }

    private void summary(List<Incident> incidents, FindingFilter filter) {
        String filtered = filter.equals(FindingFilter.ALL) ? "" : " that you asked for";
        if (incidents.isEmpty()) {
            page.line(page.style().good("No incident" + filtered + "."));
            return;
        }
        Map<Severity, Integer> bySeverity = new EnumMap<>(Severity.class);
        incidents.forEach(i -> bySeverity.merge(i.cause().getSeverity(), 1, Integer::sum));
        String severities = new TreeSet<>(bySeverity.keySet())
                .descendingSet().stream()
                        .map(s -> bySeverity.get(s) + " " + s.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        int symptoms = incidents.stream().mapToInt(i -> i.symptoms().size()).sum();
        page.line(page.style().bold(Words.count(incidents.size(), "incident") + filtered) + ": " + severities
                + (symptoms == 0 ? "" : "; " + Words.count(symptoms, "further finding") + " explained by them"));
    }

    private void field(String name, String text) {
        page.field(INDENT, COLUMN, name, text);
    }
}
