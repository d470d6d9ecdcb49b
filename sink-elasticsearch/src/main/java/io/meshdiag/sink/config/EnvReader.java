package io.meshdiag.sink.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads settings {@code MESHDIAG_…} and gathers every mistake, so that a person corrects all of them in one go. A setting that is wrong reads as its
 * default until {@link #done} throws.
 */
final class EnvReader {
    static final String PREFIX = "MESHDIAG_";
    private static final String FILE = "_FILE";

    private final Map<String, String> env;
    private final Map<String, String> known = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();

    EnvReader(Map<String, String> env) {
        this.env = env;
    }

    /** Names (without prefix) and defaults of all settings that were read, in order; a required one has the default null. */
    Map<String, String> known() {
        return known;
    }

    /** A setting that must be there. */
    String required(String name) {
        known.put(name, null);
        String value = value(name);
        if (value.isEmpty()) {
            problem(name, "is not set; it has no default");
        }
        return value;
    }

    String text(String name, String byDefault) {
        known.put(name, byDefault);
        String value = value(name);
        return value.isEmpty() ? byDefault : value;
    }

    /** Comma-separated, blanks around the parts dropped. */
    List<String> list(String name, String byDefault) {
        return parts(text(name, byDefault));
    }

    List<String> requiredList(String name) {
        return parts(required(name));
    }

    /** Either the value itself or, as {@code …_FILE}, a file that contains it. */
    Secret secret(String name) {
        known.put(name, "");
        known.put(name + FILE, "");
        String value = value(name);
        String file = value(name + FILE);
        if (!value.isEmpty() && !file.isEmpty()) {
            problem(name, "and " + PREFIX + name + FILE + " are both set; set one of them");
        }
        if (file.isEmpty()) {
            return new Secret(value);
        }
        try {
            return new Secret(Files.readString(Path.of(file)).strip());
        } catch (IOException e) {
            problem(
                    name + FILE,
                    "is '" + file + "', which cannot be read (" + e.getClass().getSimpleName() + ")");
            return Secret.NONE;
        }
    }

    int number(String name, int byDefault, int min, int max) {
        String text = text(name, Integer.toString(byDefault));
        try {
            int number = Integer.parseInt(text);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, together with numbers that are out of range.
        }
        problem(name, "is '" + text + "'; write a whole number from " + min + " to " + max);
        return byDefault;
    }

    boolean flag(String name, boolean byDefault) {
        String text = text(name, Boolean.toString(byDefault));
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        problem(name, "is '" + text + "'; write true or false");
        return byDefault;
    }

    Duration duration(String name, String byDefault) {
        String text = text(name, byDefault);
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Reported below, together with negative ones.
        }
        problem(name, "is '" + text + "'; write an ISO-8601 duration such as " + byDefault);
        return Duration.parse(byDefault);
    }

    /** Adds a mistake: the rest of a sentence that begins with the setting's name. */
    void problem(String name, String what) {
        problems.add(PREFIX + name + " " + what);
    }

    /**
     * Ends reading.
     *
     * @throws ConfigException once, with everything that is wrong, unknown names included: typos are the usual fault
     */
    void done() {
        for (String name : new TreeSet<>(env.keySet())) {
            if (name.startsWith(PREFIX) && !known.containsKey(name.substring(PREFIX.length()))) {
                problems.add(name + " is not a setting of this program");
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private String value(String name) {
        return env.getOrDefault(PREFIX + name, "").strip();
    }

    private static List<String> parts(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }
}
