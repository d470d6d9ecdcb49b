package io.meshdiag.collector.extract.vm;

import io.meshdiag.schema.Printable;
import java.util.List;

/**
 * What a machine's processes were told to log.
 *
 * @param agent value of {@code --log_output_level}; null when the agent was not told
 * @param proxy value of {@code --proxyLogLevel}; null when it was not told
 */
public record LogLevels(String agent, String proxy) {
    private static final int MAX_LEVEL = 200;

    /** Of pilot-agent's arguments, in the forms {@code --flag=value} and {@code --flag value}; the last one counts. */
    static LogLevels ofArguments(List<String> arguments) {
        return new LogLevels(flag(arguments, "--log_output_level"), flag(arguments, "--proxyLogLevel"));
    }

    /** These, and the others' where these are silent. */
    LogLevels or(LogLevels others) {
        return new LogLevels(agent == null ? others.agent : agent, proxy == null ? others.proxy : proxy);
    }

    private static String flag(List<String> arguments, String name) {
        String value = null;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.startsWith(name + "=")) {
                value = argument.substring(name.length() + 1);
            } else if (argument.equals(name) && i + 1 < arguments.size()) {
                value = arguments.get(i + 1);
            }
        }
        // A level is words, colons and commas. Anything else is no level, and might be anything.
        return value == null || !value.matches("[A-Za-z0-9_:,*-]+") ? null : Printable.shorten(value, MAX_LEVEL);
    }
}
