package io.meshdiag.vm;

import io.meshdiag.collector.config.EffectiveConfig;
import io.meshdiag.collector.publish.FactPublisher;
import io.meshdiag.collector.publish.JsonLinesPublisher;
import io.meshdiag.collector.vm.VmCapture;
import io.meshdiag.collector.vm.VmSurroundings;
import io.meshdiag.collector.vm.config.VmConfig;
import io.meshdiag.collector.vm.config.VmConfigReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
            "It reads only: docs/collect-vm.md says what, and every setting. MESHDIAG_BOOTSTRAP_SERVERS and"
                    + " MESHDIAG_SCHEMA_REGISTRY_URL say where facts go."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ${COMMAND-FULL-NAME} --once --dry-run         what would be sent, as JSON lines",
            "  ${COMMAND-FULL-NAME} --capture /tmp/vm-1      a folder for \"meshdiag diagnose\"; needs no Kafka",
            "  ${COMMAND-FULL-NAME} --config vm.yaml         until SIGTERM",
            "  ${COMMAND-FULL-NAME} --print-config           what is set, and where each value comes from"
        })
public final class CollectVmCommand implements Callable<Integer> {
    private final Map<String, String> environment;
    private final Runnable asService;

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
            description = "Directory that is taken for the machine's root; its commands are run, too. Default: /")
    private Path root;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the place in the logs is kept. Default: STATE_DIRECTORY, else /var/lib/meshdiag-vm.")
    private Path state;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings as YAML; variables win over it.")
    private Path file;

    @Option(names = "--print-config", description = "Print the settings that count as YAML, and end.")
    private boolean printConfig;

    /**
     * @param environment where settings are; options win over it
     * @param asService called before it begins to run until a signal comes: its log is then what there is to see of it
     */
    public CollectVmCommand(Map<String, String> environment, Runnable asService) {
        this.environment = Map.copyOf(environment);
        this.asService = asService;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        boolean sends = !dryRun && !printConfig && capture == null;
        VmConfig config = config(sends);
        PrintWriter out = spec.commandLine().getOut();
        if (printConfig) {
            out.print(EffectiveConfig.yaml(config.effective(), config.kafka()));
            return 0;
        }
        if (capture != null) {
            capture(config, out);
            return 0;
        }
        Optional<FactPublisher> printer = dryRun ? Optional.of(new JsonLinesPublisher(out)) : Optional.empty();
        VmService service = new VmService(config, printer);
        if (once) {
            service.once();
            return 0;
        }
        asService.run();
        service.run(address(config.httpAddress()));
        return 0;
    }

    private VmConfig config(boolean sends) {
        Map<String, String> options = new HashMap<>();
        if (root != null) {
            if (!Files.isDirectory(root)) {
                throw new ParameterException(
                        spec.commandLine(), "--root: there is no directory " + root + " to take for a machine's root");
            }
            options.put("root", root.toAbsolutePath().toString());
        }
        if (state != null) {
            options.put("state", state.toAbsolutePath().toString());
        }
        try {
            return VmConfigReader.read(options, environment, file, sends);
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private void capture(VmConfig config, PrintWriter out) {
        PrintWriter err = spec.commandLine().getErr();
        try {
            VmCapture.Report report = VmCapture.write(
                    config,
                    VmSurroundings.machine(config),
                    capture,
                    Instant.now(),
                    page -> err.println("reading " + page));
            report.unread().forEach(page -> out.println("not read: " + page));
            out.printf(
                    "%s: %d files, %d KiB of %s; %s. Look at it, then: meshdiag diagnose %s%n",
                    report.folder(),
                    report.files(),
                    (report.bytes() + 1023) / 1024,
                    report.vm(),
                    report.unread().isEmpty()
                            ? "everything could be read"
                            : report.unread().size() + " pages could not be read, see above",
                    report.folder());
        } catch (IOException e) {
            throw wrong(e);
        }
    }

    private InetSocketAddress address(String address) {
        int colon = address.lastIndexOf(':');
        try {
            return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw wrong(e);
        }
    }

    private ParameterException wrong(Exception mistake) {
        return new ParameterException(spec.commandLine(), mistake.getMessage(), mistake);
    }
}
