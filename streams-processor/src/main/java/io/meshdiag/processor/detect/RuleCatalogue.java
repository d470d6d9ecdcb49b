package io.meshdiag.processor.detect;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The rules as a page for people, in Markdown. */
public final class RuleCatalogue {
    private static final String HEAD = """
            # Rules

            What Meshdiag knows, one section per rule. This page is written from the rules themselves
            (`io.meshdiag.processor.detect`); a test fails when it is not current.

            A rule looks at one scope: a cluster, a virtual machine, a service in all clusters of a mesh, or a mesh. It says *present*, or *unknown* when what it
            needs could not be seen; silence means healthy. Only clusters count whose facts have all arrived and whose collector is not
            silent: missing data makes a finding unknown, it never resolves one.

            Commands in findings address a cluster by a kubeconfig context that is called like the cluster id; where yours are called otherwise,
            put your name after `--context=`.

            """;

    private static final String TAIL = """
            ## How to add a rule

            One file, its test, one line:

            1. A class in its family's package below `io.meshdiag.processor.detect`, named as the fault itself, that implements `Detector` of
               the view it needs (`ClusterView`, `ServiceView`, `MeshView`) and holds its `Rule` with all texts. It is a pure function: time is
               `view.asOf()`.
            2. A test beside it, with `FleetFixtures`: it fires; it is silent on the nearest innocent case; it is unknown when its sources were
               not read; and what happens exactly at its limits.
            3. One line in `Detectors`. `DetectorContractTest` then holds the rule to what every rule owes.

            Then write this page anew: `./mvnw test -pl streams-processor -am -Dtest=RuleCatalogueTest -Dmeshdiag.writeDocs=true
            -Dsurefire.failIfNoSpecifiedTests=false`.

            An id is never used for another rule. A finding's identity is made of the mesh, the rule's id and the scope key: never put names of
            pods, counts or error texts into a scope key.
            """;

    private RuleCatalogue() {}

    /** The whole page. */
    public static String markdown() {
        return markdown(Detectors.rules());
    }

    static String markdown(List<Rule> rules) {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("| Rule | Fault | Severity | Scope |\n|---|---|---|---|\n");
        rules.forEach(r -> page.append("| [")
                .append(r.id())
                .append("](#")
                .append(anchor(r))
                .append(") | ")
                .append(r.title())
                .append(" | ")
                .append(lower(r.severity()))
                .append(" | ")
                .append(lower(r.level()))
                .append(" |\n"));
        rules.forEach(r -> page.append('\n').append(section(r)));
        return page.append('\n').append(TAIL).toString();
    }

    private static String section(Rule rule) {
        StringBuilder out = new StringBuilder();
        out.append("## ").append(heading(rule)).append("\n\n");
        out.append("**").append(rule.title()).append(".** ").append(rule.why()).append("\n\n");
        out.append("- Severity: ").append(lower(rule.severity())).append('\n');
        out.append("- Scope: ").append(lower(rule.level())).append('\n');
        out.append("- Active ").append(hold(rule.activateAfter(), "at once", "after it has held for "));
        out.append("; resolved ")
                .append(hold(rule.resolveAfter(), "at once", "after it has been gone for "))
                .append('\n');
        out.append("- Reads: ")
                .append(rule.level() == Rule.Level.INCIDENT ? "findings" : reads(rule))
                .append('\n');
        rule.explains().forEach(e -> out.append("- Explains ")
                .append(e.symptom())
                .append(' ')
                .append(where(e.joinOn()))
                .append(": ")
                .append(e.reason())
                .append('\n'));
        out.append("- Remediation: ").append(rule.remediation()).append('\n');
        return out.toString();
    }

    private static String reads(Rule rule) {
        String facts = rule.reads().stream()
                .map(Class::getSimpleName)
                .sorted()
                .map(name -> "`" + name + "`")
                .collect(Collectors.joining(", "));
        return "`ClusterSummary`" + (facts.isEmpty() ? "" : ", " + facts);
    }

    private static String where(Rule.JoinOn joinOn) {
        return switch (joinOn) {
            case CLUSTER -> "of the same cluster";
            case AMONG -> "among its clusters";
            case PAIR -> "of the same ordered pair of clusters";
            case TOWARDS -> "seen towards that cluster";
            case TARGET -> "of the cluster that its pair leads to";
            case MACHINES -> "of the same virtual machines";
            case REVERSED_PAIR -> "of the same pair of clusters the other way round";
        };
    }

    private static String hold(Duration time, String none, String some) {
        return time.isZero() ? none : some + time.toSeconds() + " s";
    }

    private static String heading(Rule rule) {
        return rule.id() + " " + rule.name();
    }

    /** As GitHub makes it from the heading. */
    private static String anchor(Rule rule) {
        return lower(heading(rule)).replace(' ', '-');
    }

    private static String lower(Object name) {
        return name.toString().toLowerCase(Locale.ROOT);
    }
}
