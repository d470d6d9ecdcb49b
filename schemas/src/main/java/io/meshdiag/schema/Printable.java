package io.meshdiag.schema;

/** Attacker-chosen text (names, error messages, log lines) made safe for terminals, logs and records. */
public final class Printable {
    private Printable() {}

    /** Control, bidirectional and other invisible formatting characters escaped as {@code \}{@code uXXXX}; tab and newline become a space. */
    public static String clean(String text) {
        StringBuilder out = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean blank = c == '\t' || c == '\n' || c == '\r';
            boolean bad = blank || Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
            if (bad && out == null) {
                out = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            if (out != null) {
                if (blank) {
                    out.append(' ');
                } else if (bad) {
                    out.append(String.format("\\u%04x", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
        return out == null ? text : out.toString();
    }

    /** Cleaned, and cut to a number of characters with an ellipsis. */
    public static String shorten(String text, int max) {
        String clean = clean(text.length() > 4 * max ? text.substring(0, 4 * max) : text);
        return clean.length() <= max ? clean : clean.substring(0, max - 1) + "…";
    }
}
