package io.meshdiag.standalone.bench;

import java.util.Locale;

/**
 * One line of a benchmark's table.
 *
 * @param value with its unit
 * @param target with its unit; empty = there is none
 * @param missed the value is worse than the target
 */
public record Measurement(String name, String value, String target, boolean missed) {
    static Measurement of(String name, String value) {
        return new Measurement(name, value, "", false);
    }

    static Measurement atMost(String name, double value, double target, String format) {
        return new Measurement(
                name,
                String.format(Locale.ROOT, format, value),
                "at most " + String.format(Locale.ROOT, format.replaceAll("\\.\\d", target < 1 ? ".1" : ".0"), target),
                value > target);
    }
}
