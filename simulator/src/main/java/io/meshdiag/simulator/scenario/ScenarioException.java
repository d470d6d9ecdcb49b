package io.meshdiag.simulator.scenario;

import java.util.List;

/** A scenario file that cannot be used; the message lists every mistake as file, field and what is wrong. */
public final class ScenarioException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    ScenarioException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    /** One line per mistake. */
    public List<String> problems() {
        return problems;
    }
}
