package io.meshdiag.vm.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution has what each way to run it needs. That it also delivers is shown with a broker: VmProgramIT. */
@Tag("packaged")
class LeanClassPathIT {
    private static final Path DISTRIBUTION = Path.of("target/dist").toAbsolutePath();

    @TempDir
    private Path temporary;

    @Test
    void printsTheFactsOfAMachine() throws Exception {
        Ran ran = run(Map.of(), "--once", "--dry-run");

        assertThat(ran.out()).contains("/vm-health/vm-1.legacy");
        assertThat(ran.err()).doesNotContain("NoClassDefFound", "ClassNotFound");
    }

    @Test
    void capturesAMachine() throws Exception {
        Path capture = temporary.resolve("capture");

        Ran ran = run(Map.of(), "--capture", capture.toString());

        assertThat(ran.out()).contains(capture.toString());
        assertThat(capture).isNotEmptyDirectory();
    }

    @Test
    void printsItsSettings() throws Exception {
        assertThat(run(Map.of(), "--print-config").out()).contains("heartbeatInterval");
    }

    @Test
    void startsAlsoWithoutAnArchiveOfClasses() throws Exception {
        assertThat(run(Map.of("MESHDIAG_JAVA_OPTS", "-Xshare:off"), "--version").out())
                .startsWith("meshdiag-vm");
    }

    private Ran run(Map<String, String> variables, String... arguments) throws IOException, InterruptedException {
        Map<String, String> environment =
                new HashMap<>(SampleMachine.below(temporary).settings());
        environment.put("MESHDIAG_JAVA_HOME", System.getProperty("java.home"));
        environment.putAll(variables);
        List<String> command =
                new ArrayList<>(List.of(DISTRIBUTION.resolve("bin/meshdiag-vm").toString()));
        command.addAll(List.of(arguments));
        return Ran.program(environment, command).orFail();
    }
}
