package io.meshdiag.standalone.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.meshdiag.standalone.pipeline.Stopwatch;
import io.meshdiag.standalone.report.Style;
import io.meshdiag.vm.CollectVmCommand;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** {@code meshdiag}: the command itself, and what all its subcommands share. */
@Command(
        name = "meshdiag",
        description = "Finds what is broken between the Istio clusters of one mesh, why, and what to do first.",
        versionProvider = Meshdiag.Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        sortOptions = false,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:no active finding (demo, simulate, bench, rules, explain: it worked)",
            "1:diagnose found something; score: something is missing or extra",
            "2:wrong use, or input that cannot be read",
            "3:Meshdiag itself failed",
            "4:a thread of a service died: start it again"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  meshdiag demo                        a bundled fleet with faults, no set-up",
            "  meshdiag diagnose east/ west.tar.gz  what is wrong between these clusters",
            "  meshdiag explain mf1-4k2q            evidence and steps of one finding of the last run",
            "  meshdiag explain TRU-01              what a rule means"
        },
        subcommands = {
            DemoCommand.class,
            DiagnoseCommand.class,
            ExplainCommand.class,
            RulesCommand.class,
            CoverageCommand.class,
            SimulateCommand.class,
            BenchCommand.class,
            BenchLiveCommand.class,
            BenchOutageCommand.class,
            BenchVmCommand.class,
            ScoreCommand.class,
            CollectCommand.class,
            TopicsCommand.class,
            ProcessorCommand.class,
            SinkCommand.class,
            SimulateLiveCommand.class
        })
public final class Meshdiag implements Runnable {
    static final int FOUND = 1;
    static final int BAD_INPUT = 2;
    public static final int FAILED = 3;

    private final Terminal terminal;
    private final Map<String, String> environment;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            description = "Say where the time went, show all notes, and log what happens.")
    private boolean verbose;

    @Option(
            names = "--no-color",
            scope = ScopeType.INHERIT,
            description = "No colours; also with the variable NO_COLOR, and when the output is no terminal.")
    private boolean noColour;

    private Meshdiag(Terminal terminal, Map<String, String> environment) {
        this.terminal = terminal;
        this.environment = environment;
    }

    /** Runs one command line; returns its exit code. */
    public static int run(Terminal terminal, Map<String, String> environment, String... args) {
        int exitCode = commandLine(terminal, environment).execute(args);
        terminal.out().flush();
        terminal.err().flush();
        return exitCode;
    }

    /** The command with all its subcommands, ready to parse or to execute. */
    static CommandLine commandLine(Terminal terminal, Map<String, String> environment) {
        Meshdiag root = new Meshdiag(terminal, environment);
        CommandLine command = new CommandLine(root);
        // Also a program of its own, and therefore made without the rest of us.
        command.getSubcommands().get("collect").addSubcommand(new CollectVmCommand(environment, root::logAsService));
        return command.setOut(terminal.out())
                .setErr(terminal.err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Duration.class, Meshdiag::duration)
                .setUsageHelpWidth(Math.max(80, Math.min(120, terminal.columns())))
                .setColorScheme(CommandLine.Help.defaultColorScheme(
                        root.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler(Meshdiag::wrongUse)
                .setExecutionExceptionHandler((failure, line, parsed) -> root.failed(failure))
                .setExecutionStrategy(root::execute);
    }

    @Override
    public void run() {
        spec.commandLine().usage(terminal.out());
    }

    Terminal terminal() {
        return terminal;
    }

    Map<String, String> environment() {
        return environment;
    }

    /** A service tells what it does, also when nobody asked: its log is what there is to see of it. */
    void logAsService() {
        ((Logger) LoggerFactory.getLogger("io.meshdiag")).setLevel(Level.INFO);
        if (verbose) {
            ((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.INFO);
        }
    }

    boolean verbose() {
        return verbose;
    }

    Style style() {
        return new Style(colour());
    }

    /** Where the last diagnosis is kept, unless an option says otherwise. */
    StateFile defaultState() {
        return StateFile.ofUser(environment);
    }

    /** Shows progress, and keeps the time of each phase. */
    Stopwatch stopwatch() {
        return new Stopwatch(new TerminalProgress(terminal.err(), terminal.errIsTerminal()));
    }

    /** With --verbose: where the time went. */
    void tellTimes(Stopwatch time) {
        if (!verbose) {
            return;
        }
        terminal.err().println("Time");
        time.laps().forEach(lap -> terminal.err()
                .printf("  %-24s %6.1f s%n", lap.name(), lap.time().toMillis() / 1000.0));
        double started = ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
        terminal.err().printf("  %-24s %6.1f s%n", "Together", time.total().toMillis() / 1000.0);
        terminal.err().printf("  %-24s %6.1f s%n", "Since the JVM's start", started);
    }

    private boolean colour() {
        return terminal.outIsTerminal()
                && !noColour
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.get("TERM"));
    }

    private int execute(CommandLine.ParseResult parsed) {
        Level level = verbose ? Level.INFO : Level.WARN;
        ((Logger) LoggerFactory.getLogger("io.meshdiag")).setLevel(level);
        return new CommandLine.RunLast().execute(parsed);
    }

    private static Duration duration(String value) {
        try {
            Duration duration = Duration.parse(value);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Told below, like a negative one.
        }
        throw new CommandLine.TypeConversionException(
                "'" + value + "' is no duration; write it in ISO-8601, such as PT30S or PT10M");
    }

    private static int wrongUse(ParameterException wrong, String[] args) {
        CommandLine line = wrong.getCommandLine();
        line.getErr().println("meshdiag: " + wrong.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(wrong, line.getErr())) {
            line.getErr().println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
        }
        return BAD_INPUT;
    }

    private int failed(Exception failure) {
        Optional<String> input = Problems.ofInput(failure);
        if (input.isPresent()) {
            terminal.err().println("meshdiag: " + input.get());
            return BAD_INPUT;
        }
        terminal.err().println("meshdiag: it failed: " + Problems.text(failure));
        if (verbose) {
            failure.printStackTrace(terminal.err());
        } else {
            terminal.err().println("Run it again with --verbose to see where, and please report it.");
        }
        return FAILED;
    }

    /** Version as in the jar's manifest; "development" when run from classes. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Meshdiag.class.getPackage().getImplementationVersion();
            return new String[] {
                "meshdiag " + (version == null ? "development" : version), "Java " + System.getProperty("java.version")
            };
        }
    }
}
