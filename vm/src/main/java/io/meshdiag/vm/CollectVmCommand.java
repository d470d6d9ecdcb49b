package io.meshdiag.vm;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code meshdiag collect vm}, and all of {@code meshdiag-vm}. */
@Command(
        name = "vm",
        description = {
            "Collect the facts of the virtual machine that this runs on and keep them true in Kafka, until SIGTERM; then what is under way"
                    + " is delivered, and it ends with 0.",
            "It reads only. MESHDIAG_BOOTSTRAP_SERVERS and MESHDIAG_SCHEMA_REGISTRY_URL say where facts go."
        })
public final class CollectVmCommand implements Callable<Integer> {
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(names = "--once", description = "Collect one full round and end.")
    private boolean once;

    @Option(names = "--dry-run", description = "Print facts as JSON lines in place of sending them; needs no Kafka.")
    private boolean dryRun;

    @Option(
            names = "--capture",
            paramLabel = "DIR",
            description =
                    "Write what was read, redacted, as a folder for \"meshdiag diagnose\", and end; needs no Kafka.")
    private Path capture;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            description = "Where the machine's files are, such as a mounted disk.",
            defaultValue = "/",
            showDefaultValue = picocli.CommandLine.Help.Visibility.ALWAYS)
    private Path root;

    /** @param environment where settings are; options win over it */
    public CollectVmCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "this build cannot read a virtual machine yet (" + (once || dryRun ? "once" : "service") + " of " + root
                        + ", capture " + capture + ", " + environment.size() + " variables); use a later one");
    }
}
