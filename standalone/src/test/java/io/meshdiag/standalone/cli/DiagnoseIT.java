package io.meshdiag.standalone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole command lines, each with a broker of its own, as a person runs them. */
class DiagnoseIT {
    @TempDir
    private Path folder;

    @Test
    void findsWhatIsWrongAndExplainsItAfterwards() throws Exception {
        // Given
        Shell shell = new Shell(folder.resolve("state"));
        Shell.Result written =
                shell.run("simulate", "own-root", "--packed", "--output-dir=" + folder.resolve("clusters"));
        assertThat(written.exitCode()).isZero();

        // When
        Shell.Result result = shell.run(diagnose(written.out().lines().toList(), "--output=json", "--verbose"));

        // Then
        assertThat(result.exitCode()).isEqualTo(1);
        JsonNode document = new ObjectMapper().readTree(result.out());
        assertThat(document.at("/summary/clusters").intValue()).isEqualTo(5);
        assertThat(document.at("/incidents")).hasSize(1);
        assertThat(document.at("/incidents/0/symptomIds")).hasSize(8);
        assertThat(result.err()).contains("Starting Kafka", "Correlating", "Together");

        String id = document.at("/incidents/0/findingId").textValue();
        Shell.Result explained = shell.run("explain", id.substring(0, 10));
        assertThat(explained.exitCode()).isZero();
        assertThat(explained.out()).contains(id, "Evidence", "What to do", "Explains 8 findings");

        Shell.Result unknown = shell.run("explain", id.substring(0, 9) + "!");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("did you mean " + id.substring(0, 10));
    }

    @Test
    void aHealthyFleetEndsWithZero() {
        Shell shell = new Shell(folder.resolve("state"));
        Shell.Result written = shell.run("simulate", "healthy-5", "--output-dir=" + folder.resolve("clusters"));

        Shell.Result result = shell.run(diagnose(written.out().lines().toList()));

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("5 clusters").endsWith("No incident.\n");
    }

    @Test
    void aFolderThatIsNoArchiveIsUnreadableInput() throws Exception {
        Path other = Files.createDirectories(folder.resolve("photos"));
        Files.writeString(other.resolve("holiday.txt"), "sun");

        Shell.Result result = new Shell(folder.resolve("state")).run("diagnose", other.toString());

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err()).contains("meshdiag: " + other + " is no bug report");
    }

    private static String[] diagnose(List<String> archives, String... options) {
        List<String> args = new ArrayList<>(List.of("diagnose"));
        args.addAll(List.of(options));
        args.addAll(archives);
        return args.toArray(String[]::new);
    }
}
