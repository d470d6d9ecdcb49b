package io.meshdiag.simulator.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One object of a scenario file, read field by field. A mistake is noted with its path and reading goes on, so that one
 * run names all of them.
 */
public final class Fields {
    private final JsonNode node;
    private final String path;
    private final Problems problems;
    private final Set<String> known = new HashSet<>();

    Fields(JsonNode node, String path, Problems problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
        if (!node.isObject()) {
            problems.add(path.isEmpty() ? "the file" : path, "must be an object with named fields");
        }
    }

    /** A text that must be there. */
    public String text(String field) {
        String value = text(field, "");
        if (value.isBlank()) {
            problem(field, "is missing");
        }
        return value;
    }

    /** A text, or the default. */
    public String text(String field, String otherwise) {
        JsonNode value = get(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isValueNode()) {
            problem(field, "must be a text");
            return otherwise;
        }
        return value.asText();
    }

    /** A whole number within bounds, or the default. */
    public int number(String field, int otherwise, int least, int most) {
        JsonNode value = get(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
            problem(field, "must be a whole number from " + least + " to " + most + ", not " + value.asText());
            return otherwise;
        }
        return value.intValue();
    }

    /** A share of a whole, above 0 up to 1, or the default. */
    public double share(String field, double otherwise) {
        JsonNode value = get(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isNumber() || value.doubleValue() <= 0 || value.doubleValue() > 1) {
            problem(field, "must be a number above 0 and up to 1, not " + value.asText());
            return otherwise;
        }
        return value.doubleValue();
    }

    /** true or false, or the default. */
    public boolean flag(String field, boolean otherwise) {
        JsonNode value = get(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            problem(field, "must be true or false");
            return otherwise;
        }
        return value.booleanValue();
    }

    /** A time such as 2026-11-20T09:30:00Z, or the default. */
    public Instant time(String field, Instant otherwise) {
        JsonNode value = get(field);
        if (value == null) {
            return otherwise;
        }
        try {
            return Instant.parse(value.asText());
        } catch (DateTimeParseException e) {
            problem(field, "must be a time such as 2026-11-20T09:30:00Z, not '" + value.asText() + "'");
            return otherwise;
        }
    }

    /** A list of texts, or the default. */
    public List<String> texts(String field, List<String> otherwise) {
        JsonNode value = get(field);
        if (value == null) {
            return otherwise;
        }
        if (!value.isArray()) {
            problem(field, "must be a list");
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        value.forEach(element -> texts.add(element.asText()));
        return List.copyOf(texts);
    }

    /** A list of ports, or the default. */
    public List<Integer> ports(String field, List<Integer> otherwise) {
        JsonNode value = get(field);
        if (value == null) {
            return otherwise;
        }
        List<Integer> ports = new ArrayList<>();
        for (JsonNode element : value) {
            if (!element.canConvertToInt() || element.intValue() < 1 || element.intValue() > 65_535) {
                problem(field, "holds '" + element.asText() + "', which is no port");
            } else {
                ports.add(element.intValue());
            }
        }
        return List.copyOf(ports);
    }

    /** A map of names to numbers, sorted; empty when it is not there. */
    public Map<String, Integer> counts(String field) {
        Map<String, Integer> counts = new TreeMap<>();
        JsonNode value = get(field);
        if (value != null) {
            value.properties().forEach(entry -> {
                if (!entry.getValue().canConvertToInt() || entry.getValue().intValue() < 0) {
                    problem(field + "." + entry.getKey(), "must be a number");
                }
                counts.put(entry.getKey(), entry.getValue().asInt());
            });
        }
        return counts;
    }

    /** A list of objects, each read by the reader; empty when it is not there. */
    public <T> List<T> objects(String field, Function<Fields, T> reader) {
        JsonNode value = get(field);
        List<T> objects = new ArrayList<>();
        if (value != null && !value.isArray()) {
            problem(field, "must be a list");
        } else if (value != null) {
            for (int i = 0; i < value.size(); i++) {
                Fields element = new Fields(value.get(i), at(field + "[" + i + "]"), problems);
                objects.add(reader.apply(element));
                element.refuseUnknown();
            }
        }
        return objects;
    }

    /** One object, or the default when it is not there. */
    public <T> T object(String field, Function<Fields, T> reader, T otherwise) {
        JsonNode value = get(field);
        if (value == null) {
            return otherwise;
        }
        Fields inner = new Fields(value, at(field), problems);
        T read = reader.apply(inner);
        inner.refuseUnknown();
        return read;
    }

    /** Notes a mistake of a field of this object. */
    public void problem(String field, String what) {
        problems.add(at(field), what);
    }

    /** A field that nobody asked for is a misspelling. */
    void refuseUnknown() {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problem(
                        name,
                        "is not a field here; known are "
                                + known.stream().sorted().toList());
            }
        });
    }

    private JsonNode get(String field) {
        known.add(field);
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }

    private String at(String field) {
        return path.isEmpty() ? field : path + "." + field;
    }
}
