package io.meshdiag.config;

import java.util.List;

/** The settings do not make a configuration; the message lists every mistake. */
public final class ConfigException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** @param problems a sentence each, without secret values */
    public ConfigException(List<String> problems) {
        super(problems.size() + " problem(s) in the configuration:\n  - " + String.join("\n  - ", problems));
    }
}
