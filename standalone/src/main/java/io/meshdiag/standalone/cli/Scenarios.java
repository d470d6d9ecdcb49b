package io.meshdiag.standalone.cli;

import io.meshdiag.simulator.Scenario;
import io.meshdiag.simulator.scenario.ScenarioException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Finds the scenario that a person means. */
final class Scenarios {
    private Scenarios() {}

    /**
     * A scenario file, or the bundled scenario of that name.
     *
     * @throws BadInputException when there is neither, or the file has mistakes
     */
    static Scenario find(String nameOrFile) {
        return find(nameOrFile, null);
    }

    /**
     * A scenario file, or the bundled scenario of that name, at another time.
     *
     * @param time in place of the scenario's own; null for its own
     * @throws BadInputException when there is neither, or the file has mistakes
     */
    static Scenario find(String nameOrFile, Instant time) {
        Path file = Path.of(nameOrFile);
        if (!Files.exists(file)) {
            if (Scenario.bundledNames().contains(nameOrFile)) {
                return Scenario.bundled(nameOrFile, time);
            }
            throw new BadInputException("there is neither a file nor a bundled scenario " + nameOrFile
                    + "; bundled are " + String.join(", ", Scenario.bundledNames()));
        }
        try {
            return Scenario.load(file, time);
        } catch (ScenarioException e) {
            throw new BadInputException(e.getMessage(), e);
        } catch (IOException e) {
            throw new BadInputException(file + " cannot be read: " + Problems.text(e), e);
        }
    }
}
