package io.meshdiag.standalone.report;

import io.meshdiag.finding.Severity;

/**
 * Emphasis for terminals (ECMA-48 colours), or none.
 *
 * @param colour false leaves every text as it is
 */
public record Style(boolean colour) {
    /** Text without any escape sequence. */
    public static final Style PLAIN = new Style(false);

    String bold(String text) {
        return paint("1", text);
    }

    String dim(String text) {
        return paint("2", text);
    }

    String command(String text) {
        return paint("36", text);
    }

    String good(String text) {
        return paint("32", text);
    }

    String severity(Severity severity, String text) {
        return switch (severity) {
            case CRITICAL -> paint("1;97;41", text);
            case HIGH -> paint("1;31", text);
            case MEDIUM -> paint("1;33", text);
            case LOW -> paint("36", text);
            case INFO -> paint("2", text);
        };
    }

    private String paint(String code, String text) {
        return colour && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
