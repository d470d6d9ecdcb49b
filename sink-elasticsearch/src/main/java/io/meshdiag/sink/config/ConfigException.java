package io.meshdiag.sink.config;

import java.util.List;

/** The environment does not make a configuration; the message lists every mistake. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    ConfigException(List<String> problems) {
        super(problems.size() + " problem(s) in the configuration:\n  - " + String.join("\n  - ", problems));
    }
}
