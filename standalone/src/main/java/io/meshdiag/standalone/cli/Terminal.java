package io.meshdiag.standalone.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where output goes. Findings to {@code out}; progress, notes and errors to {@code err}, so that {@code out} can be piped.
 *
 * @param outIsTerminal a person reads {@code out}: colours help
 * @param errIsTerminal a person watches {@code err}: a line may be redrawn
 * @param columns width of the terminal
 */
public record Terminal(PrintWriter out, PrintWriter err, boolean outIsTerminal, boolean errIsTerminal, int columns) {
    static final int DEFAULT_COLUMNS = 100;

    /**
     * This process's own. The launcher says by system properties what it alone can see: Java has no portable way to ask whether a stream is a
     * terminal, or how wide it is.
     */
    public static Terminal ofProcess() {
        return new Terminal(
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                Boolean.getBoolean("meshdiag.out.terminal"),
                Boolean.getBoolean("meshdiag.err.terminal"),
                Integer.getInteger("meshdiag.columns", DEFAULT_COLUMNS));
    }

    /** UTF-8 whatever the locale says: a container without one would get question marks. */
    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), true);
    }
}
