package io.meshdiag.standalone.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.meshdiag.finding.Finding;
import io.meshdiag.standalone.report.FindingJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The last diagnosis as a JSON document, so that {@code explain} can answer after the pipeline is gone.
 *
 * @param path the file
 */
record StateFile(Path path) {
    /** Below XDG_STATE_HOME, by default ~/.local/state (XDG Base Directory Specification). */
    static StateFile ofUser(Map<String, String> environment) {
        String configured = environment.getOrDefault("XDG_STATE_HOME", "");
        // The specification wants relative paths ignored.
        Path home = !configured.isEmpty() && Path.of(configured).isAbsolute()
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home"), ".local", "state");
        return new StateFile(home.resolve("meshdiag").resolve("last.json"));
    }

    /** Replaces the file in one step: a reader sees the old or the new document, never half of one. */
    void save(String document) throws IOException {
        Path absolute = path.toAbsolutePath();
        Path folder = absolute.getParent();
        Files.createDirectories(folder);
        Path written = Files.createTempFile(folder, ".last-", ".json");
        try {
            Files.writeString(written, document);
            Files.move(written, absolute, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(written);
        }
    }

    /**
     * All findings of the last diagnosis.
     *
     * @throws BadInputException when there is none, or the file is something else
     */
    List<Finding> findings() {
        try {
            JsonNode document = new ObjectMapper().readTree(Files.readString(path));
            List<Finding> findings = new ArrayList<>();
            document.path("findings").forEach(f -> findings.add(FindingJson.read(f)));
            return findings;
        } catch (NoSuchFileException e) {
            throw new BadInputException(
                    "there is no diagnosis to explain from yet (" + path
                            + "); run 'meshdiag diagnose' or 'meshdiag demo'" + " first, or name the file with --state",
                    e);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new BadInputException(
                    path + " is not a diagnosis that this version wrote; run 'meshdiag diagnose' again", e);
        } catch (IOException e) {
            throw new BadInputException(path + " cannot be read: " + e.getMessage(), e);
        }
    }
}
