package io.meshdiag.sink.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is checked in is what the sources say; {@code -Dmeshdiag.writeDashboards=true} writes it anew. */
class GeneratedFilesTest {
    private static final Path FOLDER = Path.of("..", "dashboards");

    @Test
    void checkedInDashboardsEqualTheirSources() throws IOException {
        Map<String, String> generated = GeneratedFiles.all();
        if (Boolean.getBoolean("meshdiag.writeDashboards")) {
            write(generated);
        }

        assertThat(checkedIn())
                .as("run this test with -Dmeshdiag.writeDashboards=true after a change of a source, and commit")
                .isEqualTo(generated);
    }

    private static void write(Map<String, String> generated) throws IOException {
        for (Map.Entry<String, String> file : generated.entrySet()) {
            Path path = FOLDER.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    private static Map<String, String> checkedIn() throws IOException {
        Map<String, String> files = new TreeMap<>();
        for (String folder : new String[] {"kibana", "grafana/dashboards"}) {
            try (Stream<Path> paths = Files.list(FOLDER.resolve(folder))) {
                for (Path path : paths.toList()) {
                    files.put(folder + "/" + path.getFileName(), Files.readString(path));
                }
            }
        }
        return files;
    }
}
