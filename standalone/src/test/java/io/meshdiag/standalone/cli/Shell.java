package io.meshdiag.standalone.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs command lines in this JVM as a person's shell would, with a state folder of its own. */
final class Shell {
    private final Map<String, String> environment;

    Shell(Path home) {
        this(home, Map.of());
    }

    Shell(Path home, Map<String, String> others) {
        environment = new HashMap<>(others);
        environment.put("XDG_STATE_HOME", home.toAbsolutePath().toString());
    }

    /** What came of it. */
    record Result(int exitCode, String out, String err) {}

    Result run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Meshdiag.run(
                new Terminal(new PrintWriter(out), new PrintWriter(err), false, false, 100), environment, args);
        return new Result(exitCode, out.toString(), err.toString());
    }
}
