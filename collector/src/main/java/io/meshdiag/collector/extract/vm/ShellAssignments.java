package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import java.util.Map;
import java.util.Set;

/**
 * Reads {@code NAME=value} as a POSIX shell does when it sources a file: single quotes, double quotes, backslashes, comments, {@code export}. Nothing is
 * executed or expanded: a value that would need that ({@code $(hostname)}) counts as not set, for nobody here knows it.
 */
final class ShellAssignments {
    private static final String ESCAPABLE = "$`\"\\";

    private final String text;
    private int at;

    private ShellAssignments(String text) {
        this.text = text;
    }

    /** Puts the values of the wanted names into the map, and takes names out whose last value is not known. */
    static void read(String text, Set<String> wanted, Map<String, String> into) throws UnreadablePageException {
        ShellAssignments shell = new ShellAssignments(text.startsWith("\uFEFF") ? text.substring(1) : text);
        while (shell.at < shell.text.length()) {
            shell.statement(wanted, into);
        }
    }

    /** One word. Words that are no assignment (commands, keywords) are passed over with their quotes. */
    private void statement(Set<String> wanted, Map<String, String> into) throws UnreadablePageException {
        char c = text.charAt(at);
        if (Character.isWhitespace(c) || c == ';' || c == '&') {
            at++;
            return;
        }
        if (c == '#') {
            int end = text.indexOf('\n', at);
            at = end < 0 ? text.length() : end;
            return;
        }
        String name = name();
        String value = word();
        if (name != null && wanted.contains(name)) {
            if (value == null) {
                into.remove(name);
            } else {
                into.put(name, value);
            }
        }
    }

    /** The name before {@code =}, which is passed; null, and nothing passed, when no assignment begins here. */
    private String name() {
        int end = at;
        while (end < text.length() && (Character.isLetterOrDigit(text.charAt(end)) || text.charAt(end) == '_')) {
            end++;
        }
        if (end == at || end == text.length() || text.charAt(end) != '=') {
            return null;
        }
        String name = text.substring(at, end);
        at = end + 1;
        return name;
    }

    /** Up to white space outside of quotes; null when it would have to be expanded. */
    private String word() throws UnreadablePageException {
        StringBuilder value = new StringBuilder();
        boolean known = true;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || c == ';' || c == '&') {
                break;
            }
            at++;
            switch (c) {
                case '\'' -> singleQuoted(value);
                case '"' -> known &= doubleQuoted(value);
                case '\\' -> {
                    if (at < text.length() && text.charAt(at) != '\n') {
                        value.append(text.charAt(at));
                    }
                    at = Math.min(at + 1, text.length());
                }
                case '$', '`' -> known = false;
                default -> value.append(c);
            }
        }
        return known ? value.toString() : null;
    }

    private boolean doubleQuoted(StringBuilder value) throws UnreadablePageException {
        boolean known = true;
        for (int end = text.length(); at < end; at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return known;
            }
            if (c == '\\' && at + 1 < end && (ESCAPABLE.indexOf(text.charAt(at + 1)) >= 0)) {
                at++;
                value.append(text.charAt(at));
            } else {
                known &= c != '$' && c != '`';
                value.append(c);
            }
        }
        throw cutOff();
    }

    private void singleQuoted(StringBuilder value) throws UnreadablePageException {
        int end = text.indexOf('\'', at);
        if (end < 0) {
            throw cutOff();
        }
        value.append(text, at, end);
        at = end + 1;
    }

    private static UnreadablePageException cutOff() {
        return new UnreadablePageException(
                "the environment file ends within quotes: it was cut off, or a quote is missing");
    }
}
