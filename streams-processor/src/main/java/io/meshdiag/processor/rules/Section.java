package io.meshdiag.processor.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.meshdiag.schema.Printable;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One object of the rules file. A mistake is noted with its path and what would be accepted, and reading goes on: one run names all of them. */
final class Section {
    private final JsonNode node;
    private final String path;
    private final List<String> problems;

    Section(JsonNode node, String path, List<String> problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
        if (!node.isObject() && !node.isNull() && !node.isMissingNode()) {
            problem("", "must be names with values");
        }
    }

    /** Refuses every name but these. */
    void only(String... known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!Arrays.asList(known).contains(name)) {
                problem(name, "is not known here; known are " + String.join(", ", known));
            }
        });
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    /** Empty when it is not there, or is no text. */
    Optional<String> text(String name) {
        if (!has(name)) {
            return Optional.empty();
        }
        String value = node.get(name).asText().trim();
        if (!node.get(name).isValueNode() || value.isEmpty()) {
            problem(name, "must be a text");
            return Optional.empty();
        }
        return Optional.of(Printable.shorten(value, 500));
    }

    /** A text that must be there. */
    String required(String name, String what) {
        if (!has(name)) {
            problem(name, "is missing; write " + what);
        }
        return text(name).orElse("");
    }

    Optional<Duration> duration(String name) {
        return text(name).flatMap(value -> {
            try {
                Duration duration = Duration.parse(value);
                if (!duration.isNegative()) {
                    return Optional.of(duration);
                }
            } catch (DateTimeParseException e) {
                // Reported below, like a negative one.
            }
            problem(name, "is '" + value + "'; write an ISO-8601 duration such as PT5M or P7D");
            return Optional.empty();
        });
    }

    Optional<Instant> time(String name) {
        return text(name).flatMap(value -> {
            try {
                return Optional.of(Instant.parse(value));
            } catch (DateTimeParseException e) {
                problem(name, "is '" + value + "'; write a time such as 2026-12-24T00:00:00Z");
                return Optional.empty();
            }
        });
    }

    Optional<Boolean> flag(String name) {
        if (has(name) && !node.get(name).isBoolean()) {
            problem(name, "is '" + shown(name) + "'; write true or false");
            return Optional.empty();
        }
        return has(name) ? Optional.of(node.get(name).booleanValue()) : Optional.empty();
    }

    Optional<Integer> number(String name) {
        if (!node.get(name).canConvertToInt()
                || node.get(name).intValue() < 0
                || !node.get(name).isIntegralNumber()) {
            problem(name, "is '" + shown(name) + "'; write a whole number, at least 0");
            return Optional.empty();
        }
        return Optional.of(node.get(name).intValue());
    }

    Optional<Double> decimal(String name) {
        if (!node.get(name).isNumber() || node.get(name).doubleValue() < 0) {
            problem(name, "is '" + shown(name) + "'; write a number, at least 0");
            return Optional.empty();
        }
        return Optional.of(node.get(name).doubleValue());
    }

    /** One of these constants; hyphens and small letters in the file. */
    <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
        return text(name).flatMap(value -> {
            for (E constant : type.getEnumConstants()) {
                if (spelled(constant).equals(value.toLowerCase(Locale.ROOT))) {
                    return Optional.of(constant);
                }
            }
            problem(name, "is '" + value + "'; write one of " + words(type));
            return Optional.empty();
        });
    }

    /** Empty when it is not there. */
    Optional<Section> section(String name) {
        return has(name) ? Optional.of(new Section(node.get(name), at(name), problems)) : Optional.empty();
    }

    /** All objects of this one, by name. */
    Map<String, Section> sections() {
        Map<String, Section> sections = new TreeMap<>();
        node.properties().forEach(e -> sections.put(e.getKey(), new Section(e.getValue(), at(e.getKey()), problems)));
        return sections;
    }

    /** The objects of a list; none when it is not there. */
    List<Section> list(String name) {
        List<Section> sections = new ArrayList<>();
        if (has(name) && !node.get(name).isArray()) {
            problem(name, "must be a list");
        } else if (has(name)) {
            for (int i = 0; i < node.get(name).size(); i++) {
                sections.add(new Section(node.get(name).get(i), at(name + "[" + (i + 1) + "]"), problems));
            }
        }
        return sections;
    }

    /** @param name empty: the object itself */
    void problem(String name, String what) {
        problems.add(Printable.shorten(at(name), 200) + " " + what);
    }

    private String shown(String name) {
        return Printable.shorten(node.get(name).asText(), 100);
    }

    private String at(String name) {
        return path.isEmpty() || name.isEmpty() ? path + name : path + "." + name;
    }

    private static String spelled(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String words(Class<? extends Enum<?>> type) {
        return String.join(
                ", ",
                Arrays.stream(type.getEnumConstants()).map(Section::spelled).toList());
    }
}
