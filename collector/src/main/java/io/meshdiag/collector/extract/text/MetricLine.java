package io.meshdiag.collector.extract.text;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One sample of Prometheus' text format.
 *
 * @param labels unescaped
 */
public record MetricLine(String name, Map<String, String> labels, double value) {
    private static final Pattern SAMPLE = Pattern.compile(
            "^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})?\\s+([-+]?(?:[0-9.]+(?:[eE][-+]?\\d+)?))(?:\\s+-?\\d+)?$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** The sample of a line; empty for comments, NaN, infinities and everything else. */
    public static Optional<MetricLine> parse(String line) {
        if (line.isEmpty() || line.charAt(0) == '#') {
            return Optional.empty();
        }
        Matcher sample = SAMPLE.matcher(line);
        if (!sample.matches()) {
            return Optional.empty();
        }
        Map<String, String> labels = new HashMap<>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            while (label.find()) {
                labels.put(
                        label.group(1),
                        label.group(2)
                                .replace("\\n", "\n")
                                .replace("\\\"", "\"")
                                .replace("\\\\", "\\"));
            }
        }
        try {
            return Optional.of(new MetricLine(sample.group(1), labels, Double.parseDouble(sample.group(3))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Value of a label; empty when the sample does not carry it. */
    public String label(String key) {
        return labels.getOrDefault(key, "");
    }
}
