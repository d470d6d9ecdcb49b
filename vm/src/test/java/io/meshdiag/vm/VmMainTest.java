package io.meshdiag.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VmMainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpSaysWhereFactsGo() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString()).contains("Usage: meshdiag-vm", "MESHDIAG_BOOTSTRAP_SERVERS", "--dry-run");
    }

    @Test
    void versionNamesTheJavaThatRunsIt() {
        assertThat(run("--version")).isZero();

        assertThat(out.toString()).startsWith("meshdiag-vm ").contains("Java " + Runtime.version());
    }

    @Test
    void wrongOptionEndsWithTwoAndAHint() {
        assertThat(run("--frobnicate")).isEqualTo(VmMain.BAD_INPUT);

        assertThat(err.toString()).contains("--frobnicate", "Try 'meshdiag-vm --help'");
    }

    private int run(String... args) {
        return VmMain.run(new PrintWriter(out), new PrintWriter(err), Map.of(), args);
    }
}
