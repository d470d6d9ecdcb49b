package io.meshdiag.standalone.report;

import io.meshdiag.processor.detect.Rule;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Rules as people read them: all in one list, or one with its texts. */
public final class RulePage {
    private static final int COLUMN = 10;
    private static final int INDENT = 2;

    private RulePage() {}

    /** One line per rule, sorted by id. */
    public static String list(List<Rule> rules, Style style, int width) {
        Page page = new Page(style, width);
        int widest =
                rules.stream().mapToInt(r -> r.severity().name().length()).max().orElse(0);
        rules.stream().sorted(Comparator.comparing(Rule::id)).forEach(rule -> {
            String severity = rule.severity().name();
            String lead = rule.id() + "  " + severity + " ".repeat(widest - severity.length() + 2);
            page.hanging(
                    style.bold(rule.id()) + "  " + style.severity(rule.severity(), severity)
                            + " ".repeat(widest - severity.length() + 2),
                    lead.length(),
                    rule.title());
        });
        return page.toString();
    }

    /** One rule; {@code all} tells which rules explain it. */
    public static String one(Rule rule, List<Rule> all, Style style, int width) {
        Page page = new Page(style, width);
        page.hanging(style.bold(rule.id()) + "  ", rule.id().length() + 2, rule.title());
        page.blank();
        page.field(
                INDENT,
                COLUMN,
                "Rule",
                rule.name() + ", version " + rule.version() + ", judged per "
                        + rule.level().name().toLowerCase(Locale.ROOT));
        page.field(
                INDENT,
                COLUMN,
                "Severity",
                rule.severity().name().toLowerCase(Locale.ROOT) + " unless the facts say otherwise");
        page.field(INDENT, COLUMN, "Why", rule.why());
        page.field(INDENT, COLUMN, "Do", rule.remediation());
        page.field(
                INDENT,
                COLUMN,
                "Timing",
                "active after " + duration(rule.activateAfter()) + ", resolved after " + duration(rule.resolveAfter())
                        + "; in an archive, what is true counts as held");
        rule.explains().forEach(e -> page.field(INDENT, COLUMN, "Explains", e.symptom() + ": " + e.reason()));
        all.stream().sorted(Comparator.comparing(Rule::id)).forEach(cause -> cause.explains().stream()
                .filter(e -> e.symptom().equals(rule.id()))
                .forEach(e -> page.field(INDENT, COLUMN, "Cause", cause.id() + ": " + e.reason())));
        return page.toString();
    }

    private static String duration(java.time.Duration duration) {
        return duration.isZero() ? "0 s" : duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
