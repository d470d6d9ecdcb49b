package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static io.meshdiag.fact.RedirectionState.ABSENT;
import static io.meshdiag.fact.RedirectionState.PRESENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.meshdiag.fact.Redirection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real commands in a network namespace of their own: runs where they are installed and the kernel lets us make one. */
class RealIptablesTest {
    @BeforeAll
    static void commandsWork() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/sbin/iptables-nft-save")), "iptables is not installed");
        assumeTrue(run("", "unshare -n iptables-nft-save").exit == 0, "no network namespace can be made here");
    }

    private record Output(int exit, String text) {}

    private static Output run(String input, String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", "PATH=$PATH:/usr/sbin; " + command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // The command ended before it read all: its exit code says the rest.
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }
        String output;
        try (InputStream stdout = process.getInputStream()) {
            output = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
        }
        return new Output(process.waitFor(), output);
    }

    private static Redirection judge(String page) throws Exception {
        List<Redirection> judged = IptablesPage.parse(stream(page), 4);
        assertThat(judged).hasSize(1);
        return judged.get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void readsWhatTheRealCommandPrints(String backend) throws Exception {
        String nat = Rules.WHOLE.substring(Rules.WHOLE.indexOf("*nat"));

        Output saved =
                run(nat, "unshare -n sh -c 'iptables-" + backend + "-restore && iptables-" + backend + "-save -c'");

        assumeTrue(saved.exit == 0, "this backend does not work here");
        assertThat(judge(saved.text)).isEqualTo(judge(Rules.WHOLE));
        assertThat(judge(saved.text).getOutbound()).isEqualTo(PRESENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nft", "legacy"})
    void readsWhatTheRealCommandPrintsOfAnEmptyPacketFilter(String backend) throws Exception {
        Output saved = run("", "unshare -n iptables-" + backend + "-save");

        assumeTrue(saved.exit == 0, "this backend does not work here");
        assertThat(judge(saved.text).getInbound()).isEqualTo(ABSENT);
    }
}
