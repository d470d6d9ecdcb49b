package io.meshdiag.vm;

import io.meshdiag.schema.Printable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Entry point of the {@code meshdiag-vm} command. */
public final class VmMain {
    static final int BAD_INPUT = 2;
    static final int FAILED = 3;

    private static final int LONGEST = 4000;
    private static final int COLUMNS = 100;

    private VmMain() {}

    public static void main(String[] args) {
        System.exit(run(writer(FileDescriptor.out), writer(FileDescriptor.err), System.getenv(), args));
    }

    /** Runs one command line; returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, Map<String, String> environment, String... args) {
        CommandLine line = new CommandLine(new CollectVmCommand(environment, () -> {}))
                .setCommandName("meshdiag-vm")
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(COLUMNS)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler(VmMain::wrongUse)
                .setExecutionExceptionHandler((failure, failed, parsed) -> failed(failed.getErr(), failure));
        line.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(() ->
                new String[] {"meshdiag-vm " + version(), "Java " + Runtime.version()});
        int exitCode = line.execute(args);
        out.flush();
        err.flush();
        return exitCode;
    }

    /** Version as in the jar's manifest; "development" when run from classes. */
    private static String version() {
        String version = VmMain.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private static int wrongUse(ParameterException wrong, String[] args) {
        PrintWriter err = wrong.getCommandLine().getErr();
        err.println("meshdiag-vm: " + Printable.shorten(wrong.getMessage(), LONGEST));
        err.println("Try 'meshdiag-vm --help'.");
        return BAD_INPUT;
    }

    private static int failed(PrintWriter err, Exception failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        err.println("meshdiag-vm: it failed: " + Printable.shorten(message, LONGEST) + "; please report it");
        return FAILED;
    }

    /** UTF-8 whatever the locale says: a unit of systemd has none. */
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }
}
