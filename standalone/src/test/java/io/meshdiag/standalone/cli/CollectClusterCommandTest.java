package io.meshdiag.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CollectClusterCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String kubeconfig;

    @BeforeEach
    void twoContexts() throws Exception {
        kubeconfig = Files.writeString(folder.resolve("kubeconfig"), """
                        apiVersion: v1
                        kind: Config
                        current-context: east
                        clusters:
                        - {name: east, cluster: {server: "https://127.0.0.1:1"}}
                        - {name: west, cluster: {server: "https://127.0.0.1:2"}}
                        users:
                        - {name: admin, user: {token: hunter2}}
                        contexts:
                        - {name: east, context: {cluster: east, user: admin}}
                        - {name: west, context: {cluster: west, user: admin}}
                        """).toString();
    }

    @Test
    void collectsOneRoundOfEveryContext() {
        FakeCollectors collectors = new FakeCollectors();

        int exitCode = run(collectors, "--once", "--dry-run", "--context", "east", "--context", "west");

        assertThat(exitCode).isZero();
        assertThat(collectors.calls()).containsExactly("once east", "close east", "once west", "close west");
    }

    @Test
    void withoutAContextItTakesTheCurrentOne() {
        FakeCollectors collectors = new FakeCollectors();

        run(collectors, "--once", "--dry-run");

        assertThat(collectors.calls()).containsExactly("once east", "close east");
    }

    @Test
    void aDryRunPrintsAFactALineWithItsKeyAndNothingElse() {
        run(new FakeCollectors(), "--once", "--dry-run");

        assertThat(out.toString().lines())
                .containsExactly("{\"key\":\"retail/east@0a1b2c3d/NamespaceProfile/shop\","
                        + "\"topic\":\"config-snapshots\",\"fact\":null}");
    }

    @Test
    void aClusterThatCannotBeReachedIsToldAndDoesNotStopTheOthers() {
        FakeCollectors collectors = new FakeCollectors("east");

        int exitCode = run(collectors, "--once", "--dry-run", "--context", "east", "--context", "west");

        assertThat(exitCode).isEqualTo(2);
        assertThat(collectors.calls()).containsExactly("close east", "once west", "close west");
        assertThat(err.toString())
                .contains("meshdiag: east: connection refused by https://127.0.0.1:1")
                .doesNotContain("hunter2");
    }

    @Test
    void aContextThatDoesNotExistIsWrongUseAndNotAnotherCluster() {
        FakeCollectors collectors = new FakeCollectors();

        int exitCode = run(collectors, "--once", "--dry-run", "--context", "esat");

        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString()).contains("there is no context esat in " + kubeconfig + "; there are east, west");
        assertThat(collectors.calls()).isEmpty();
    }

    @Test
    void withoutKafkaThereIsNowhereToSendFactsTo() {
        assertThat(run(new FakeCollectors(), "--once")).isEqualTo(2);

        assertThat(err.toString()).contains("MESHDIAG_BOOTSTRAP_SERVERS", "MESHDIAG_SCHEMA_REGISTRY_URL");
    }

    @Test
    void printsTheConfigurationThatCounts() throws Exception {
        Path file = Files.writeString(folder.resolve("collector.yaml"), "refresh: PT20M\n");

        assertThat(run(new FakeCollectors(), "--print-config", "--context", "west", "--config", file.toString()))
                .isZero();

        assertThat(out.toString())
                .contains("contexts: west  # the option for contexts")
                .contains("refresh: PT20M  # refresh in " + file)
                .contains("heartbeatInterval: PT30S  # default");
    }

    @Test
    void theHelpHasExamples() {
        assertThat(run(new FakeCollectors(), "--help")).isZero();

        assertThat(out.toString()).contains("--once --dry-run", "Usage: meshdiag collect cluster");
    }

    private int run(FakeCollectors collectors, String... args) {
        Terminal terminal = new Terminal(new PrintWriter(out, true), new PrintWriter(err, true), false, false, 100);
        CommandLine line = Meshdiag.commandLine(terminal, Map.of("KUBECONFIG", kubeconfig, "HOME", folder.toString()));
        CollectClusterCommand command = line.getSubcommands()
                .get("collect")
                .getSubcommands()
                .get("cluster")
                .getCommand();
        command.collectors(collectors);
        List<String> words = new ArrayList<>(List.of("collect", "cluster"));
        words.addAll(List.of(args));
        return line.execute(words.toArray(String[]::new));
    }
}
