package io.meshdiag.collector.extract.vm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Runs the real commands of this machine where they change nothing of it: with a network, mounts and processes of their own. It takes root, and the
 * programs; without them a test has nothing to say.
 */
final class PrivateMachine {
    /** Waits for a condition, at most 20 seconds. */
    private static final String AWAIT =
            "await() { for i in $(seq 200); do \"$@\" > /dev/null 2>&1 && return; sleep 0.1; done; return 1; }\n";

    private PrivateMachine() {}

    /** @param exit 0 when every command of the script succeeded */
    record Output(int exit, String text) {
        boolean whole() {
            return exit == 0;
        }
    }

    static boolean has(String... programs) {
        return Arrays.stream(programs).allMatch(program -> Files.isExecutable(Path.of(program)))
                && run("true").whole();
    }

    /** Standard output of a shell script. */
    static Output run(String script) {
        try {
            Process process = new ProcessBuilder(
                            "timeout",
                            "60",
                            "unshare",
                            "--net",
                            "--mount",
                            "--pid",
                            "--fork",
                            "--mount-proc",
                            "bash",
                            "-es")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(("PATH=$PATH:/usr/sbin:/lib/systemd\n" + AWAIT + script + "\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
            String output;
            try (InputStream stdout = process.getInputStream()) {
                output = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
            }
            return new Output(process.waitFor(), output);
        } catch (IOException e) {
            // No such program here, or it ended before it read the script.
            return new Output(-1, "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
