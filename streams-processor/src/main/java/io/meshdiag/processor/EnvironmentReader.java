package io.meshdiag.processor;

import io.meshdiag.schema.Printable;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads settings, and reports all mistakes at once: each with its name, its value, and what would be accepted. */
final class EnvironmentReader {
    private static final String OWN = "MESHDIAG_PROCESSOR_";

    private final Map<String, String> environment;
    private final Map<String, String> defaults;
    private final List<String> problems = new ArrayList<>();

    EnvironmentReader(Map<String, String> environment, List<ProcessorConfig.Setting> settings) {
        this.environment = environment;
        this.defaults = settings.stream()
                .filter(setting -> setting.otherwise() != null)
                .collect(Collectors.toMap(ProcessorConfig.Setting::name, ProcessorConfig.Setting::otherwise));
        List<String> known =
                settings.stream().map(ProcessorConfig.Setting::name).toList();
        environment.keySet().stream()
                .filter(name -> name.startsWith(OWN) && !known.contains(name))
                .sorted()
                .forEach(name -> problems.add(Printable.shorten(name, 100) + " is not a setting of this program"));
    }

    String text(String name) {
        String value = environment.getOrDefault(name, defaults.getOrDefault(name, ""));
        if (value.isBlank()) {
            problems.add(name + " is not set; it has no default");
        }
        return value.trim();
    }

    /** A setting that may be left out. */
    Optional<String> optional(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::trim).filter(value -> !value.isEmpty());
    }

    int number(String name, int least, int most) {
        String value = text(name);
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Reported below, like a number out of range.
        }
        problems.add(name + " is '" + Printable.shorten(value, 100) + "'; write a whole number from " + least + " to "
                + most);
        return least;
    }

    Duration duration(String name) {
        String value = text(name);
        try {
            Duration duration = Duration.parse(value);
            if (duration.toMillis() > 0) {
                return duration;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // Reported below, like a duration that is not positive.
        }
        problems.add(name + " is '" + Printable.shorten(value, 100)
                + "'; write a positive ISO-8601 duration such as PT0.5S");
        return Duration.ofSeconds(1);
    }

    /** Adds a mistake. */
    void problem(String what) {
        problems.add(what);
    }

    /** Throws once, with everything that is wrong. */
    void done() {
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    problems.size() + " problem(s) in the configuration:\n  - " + String.join("\n  - ", problems));
        }
    }
}
