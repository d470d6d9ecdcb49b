package io.meshdiag.vm.packaged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A program that ran to its end, and what it said. */
record Ran(int code, String out, String err) {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /** Runs it with this environment alone, and the PATH that systemd gives. */
    static Ran program(Map<String, String> environment, List<String> command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", ".log");
        Path err = Files.createTempFile("err", ".log");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().put("PATH", PATH);
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(2, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end");
            }
            return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Whether there is such a program. */
    static boolean has(String program) {
        return Stream.of(PATH.split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    Ran orFail() {
        if (code != 0) {
            throw new AssertionError("it ended with " + code + ":\n" + out + err);
        }
        return this;
    }
}
