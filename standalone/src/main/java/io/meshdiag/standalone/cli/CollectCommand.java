package io.meshdiag.standalone.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code meshdiag collect}. */
@Command(
        name = "collect",
        description = "Collect facts from what runs, and keep them true in Kafka.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = CollectClusterCommand.class,
        footer = {"", "Example:", "  meshdiag collect cluster --help"})
final class CollectCommand implements Runnable {
    @ParentCommand
    private Meshdiag meshdiag;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(meshdiag.terminal().out());
    }

    Meshdiag meshdiag() {
        return meshdiag;
    }
}
