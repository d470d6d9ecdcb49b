package io.meshdiag.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Command lines that documents promise are understood, down to their options. */
class DocumentedCommandsTest {
    @TempDir
    private Path folder;

    static Stream<String> promised() throws Exception {
        List<String> commands = new ArrayList<>();
        for (String document : List.of("../README.md", "../docs/cli.md")) {
            Files.readAllLines(Path.of(document)).stream()
                    .filter(line -> line.startsWith("    ./meshdiag "))
                    .map(line -> line.strip().replaceAll("\\s+#.*| \\|.*", ""))
                    .forEach(commands::add);
        }
        return commands.stream();
    }

    /** With --help everything is parsed and nothing is run. */
    @ParameterizedTest
    @MethodSource("promised")
    void isUnderstood(String command) {
        List<String> args = new ArrayList<>(List.of(command.split(" ")));
        args.remove(0);
        args.add("--help");

        Shell.Result result = new Shell(folder).run(args.toArray(String[]::new));

        assertThat(result.exitCode()).as(result.err()).isZero();
        assertThat(result.out()).startsWith("Usage: meshdiag " + args.get(0));
    }

    @Test
    void theReadmePromisesSome() throws Exception {
        assertThat(promised()).contains("./meshdiag demo").hasSizeGreaterThan(5);
    }
}
