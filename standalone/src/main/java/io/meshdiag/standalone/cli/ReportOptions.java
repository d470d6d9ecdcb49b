package io.meshdiag.standalone.cli;

import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.standalone.report.Diagnosis;
import io.meshdiag.standalone.report.DocumentReport;
import io.meshdiag.standalone.report.FindingFilter;
import io.meshdiag.standalone.report.TerminalReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Option;

/** How a diagnosis is shown and where it is kept: options of {@code diagnose} and {@code demo}. */
final class ReportOptions {
    enum Format {
        TABLE,
        JSON,
        YAML
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|yaml",
            defaultValue = "table",
            description = "Text for people, or one document for programs (docs/cli.md). Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(
            names = "--severity",
            paramLabel = "info|low|medium|high|critical",
            defaultValue = "info",
            description = "Only incidents at least that severe. Default: ${DEFAULT-VALUE}.")
    private Severity severity;

    @Option(names = "--rule", paramLabel = "RULE", description = "Only incidents of this rule; may be repeated.")
    private List<String> rules = List.of();

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description =
                    "Where the diagnosis is kept for 'explain'. Default: meshdiag/last.json below XDG_STATE_HOME.")
    private Path state;

    /**
     * What was asked for.
     *
     * @throws BadInputException when a rule is not in the catalogue: a typing mistake would look like good health
     */
    FindingFilter filter() {
        Set<String> known =
                new TreeSet<>(Detectors.rules().stream().map(Rule::id).toList());
        Set<String> wanted = new TreeSet<>();
        for (String rule : rules) {
            String id = rule.toUpperCase(Locale.ROOT);
            if (!known.contains(id)) {
                throw new BadInputException("no rule " + rule + "; there are " + String.join(", ", known));
            }
            wanted.add(id);
        }
        return new FindingFilter(severity, wanted);
    }

    /** Shows the diagnosis, and keeps it for {@code explain}. */
    void show(Diagnosis diagnosis, FindingFilter filter, Meshdiag meshdiag) {
        Terminal terminal = meshdiag.terminal();
        String text =
                switch (format) {
                    case TABLE ->
                        TerminalReport.render(
                                diagnosis, filter, meshdiag.verbose(), meshdiag.style(), terminal.columns());
                    case JSON -> DocumentReport.json(diagnosis, filter);
                    case YAML -> DocumentReport.yaml(diagnosis, filter);
                };
        terminal.out().print(text);
        terminal.out().flush();
        StateFile file = state == null ? meshdiag.defaultState() : new StateFile(state);
        try {
            file.save(DocumentReport.json(diagnosis, FindingFilter.ALL));
        } catch (IOException e) {
            // The findings are on the screen already: not being able to explain them later is worth a word, not a
            // failure.
            terminal.err()
                    .println("meshdiag: the diagnosis could not be kept for 'explain' in " + file.path() + ": "
                            + Problems.text(e));
        }
    }
}
