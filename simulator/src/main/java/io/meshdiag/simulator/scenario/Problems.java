package io.meshdiag.simulator.scenario;

import java.util.ArrayList;
import java.util.List;

/** The mistakes of one scenario file, gathered so that all are told at once. */
final class Problems {
    private final String file;
    private final List<String> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(String field, String what) {
        found.add(file + ": " + field + ": " + what);
    }

    void refuseAny() {
        if (!found.isEmpty()) {
            throw new ScenarioException(found);
        }
    }
}
