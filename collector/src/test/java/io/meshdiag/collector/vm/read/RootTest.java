package io.meshdiag.collector.vm.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.fact.SourceState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootTest {
    @TempDir
    private Path dir;

    private Root root;

    @BeforeEach
    void fill() throws Exception {
        Files.createDirectories(dir.resolve("root/etc/certs"));
        Files.writeString(dir.resolve("root/etc/hosts"), "127.0.0.1 localhost\n");
        Files.writeString(dir.resolve("root/etc/certs/key.pem"), "the key");
        Files.writeString(dir.resolve("secret"), "outside of the root");
        root = new Root(dir.resolve("root"));
    }

    private String read(String path) throws UnreadException {
        return new String(root.read(path, 100), StandardCharsets.UTF_8);
    }

    private SourceState refusal(String path) {
        try {
            read(path);
            return SourceState.OK;
        } catch (UnreadException e) {
            return e.state();
        }
    }

    @Test
    void anAbsoluteLinkLeadsToAFileBelowTheRoot() throws Exception {
        Files.createSymbolicLink(dir.resolve("root/run"), Path.of("/etc"));

        assertThat(read("/run/hosts")).isEqualTo("127.0.0.1 localhost\n");
    }

    @Test
    void noLinkLeadsOutOfTheRoot() throws Exception {
        Files.createSymbolicLink(dir.resolve("root/etc/up"), Path.of("../../secret"));
        Files.createSymbolicLink(dir.resolve("root/etc/absolute"), dir.resolve("secret"));

        assertThat(refusal("/etc/up")).isEqualTo(SourceState.MISSING);
        assertThat(refusal("/etc/absolute")).isEqualTo(SourceState.MISSING);
        assertThat(refusal("/../secret")).isEqualTo(SourceState.MISSING);
    }

    @Test
    void aPrivateKeyIsNeverReadWhateverLeadsToIt() throws Exception {
        Files.createSymbolicLink(dir.resolve("root/etc/certs/cert-chain.pem"), Path.of("key.pem"));

        assertThatThrownBy(() -> read("/etc/certs/key.pem")).hasMessageContaining("never read");
        assertThatThrownBy(() -> read("/etc/certs/cert-chain.pem")).hasMessageContaining("never read");
    }

    @Test
    void linksThatGoRoundEnd() throws Exception {
        Files.createSymbolicLink(dir.resolve("root/a"), Path.of("b"));
        Files.createSymbolicLink(dir.resolve("root/b"), Path.of("a"));

        assertThatThrownBy(() -> read("/a")).hasMessageContaining("goes round");
    }

    @Test
    void aFolderIsNoFile() {
        assertThatThrownBy(() -> read("/etc")).hasMessageContaining("no regular file");
    }

    @Test
    void aFileBeyondTheBoundIsReadInPartOnly() throws Exception {
        Files.writeString(dir.resolve("root/etc/large"), "x".repeat(101));

        assertThat(refusal("/etc/large")).isEqualTo(SourceState.PARTIAL);
    }

    @Test
    void aFileThatMayNotBeReadSaysWhatToDo() {
        // Write-only, for root too: the kernel's own switch.
        assertThatThrownBy(() -> new Root(Path.of("/")).read("/proc/sys/vm/drop_caches", 100))
                .isInstanceOfSatisfying(
                        UnreadException.class, e -> assertThat(e.state()).isEqualTo(SourceState.FORBIDDEN))
                .hasMessageContaining(
                        "only its owner 'root' may: run the collector as that user, or with CAP_DAC_READ_SEARCH");
    }
}
