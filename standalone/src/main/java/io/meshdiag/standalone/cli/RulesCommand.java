package io.meshdiag.standalone.cli;

import io.meshdiag.processor.detect.Detectors;
import io.meshdiag.standalone.report.RulePage;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag rules}. */
@Command(
        name = "rules",
        description = "List all rules: what Meshdiag can find.",
        footer = {"  meshdiag rules", "  meshdiag explain RMT-01     the page of one rule"})
final class RulesCommand implements Runnable {
    @ParentCommand
    private Meshdiag meshdiag;

    @Override
    public void run() {
        Terminal terminal = meshdiag.terminal();
        terminal.out().print(RulePage.list(Detectors.rules(), meshdiag.style(), terminal.columns()));
    }
}
