package io.meshdiag.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Command lines that documents promise are understood, down to their options. */
class DocumentedCommandsTest {
    static Stream<String> promised() throws Exception {
        List<String> commands = new ArrayList<>();
        for (String document :
                List.of("../README.md", "../docs/cli.md", "../docs/collect-cluster.md", "../docs/collect-vm.md")) {
            Files.readAllLines(Path.of(document)).stream()
                    .filter(line -> line.startsWith("    ./meshdiag "))
                    .map(line -> line.strip().replaceAll("\\s+#.*| \\|.*", ""))
                    .forEach(commands::add);
        }
        return commands.stream();
    }

    @ParameterizedTest
    @MethodSource("promised")
    void isUnderstood(String command) {
        List<String> words = List.of(command.split(" "));
        Terminal nowhere = new Terminal(
                new PrintWriter(Writer.nullWriter()), new PrintWriter(Writer.nullWriter()), false, false, 100);

        CommandLine.ParseResult parsed = Meshdiag.commandLine(nowhere, Map.of())
                .parseArgs(words.subList(1, words.size()).toArray(String[]::new));

        assertThat(parsed.subcommand().commandSpec().name()).isEqualTo(words.get(1));
    }

    @Test
    void theReadmePromisesSome() throws Exception {
        assertThat(promised()).contains("./meshdiag demo").hasSizeGreaterThan(5);
    }
}
