package io.meshdiag.collector.extract.text;

import io.meshdiag.schema.Printable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes out of free text (error messages, log lines) what could be a credential, then makes it printable. Errs on the side of taking out too much: a
 * sample is for reading, the facts beside it carry what is decided upon.
 */
public final class Redactor {
    private static final String GONE = "[redacted]";
    /** Longer texts are cut before anything else: the expressions must not be a way to keep a collector busy. */
    private static final int MAX_INPUT = 32 * 1024;

    private record Rule(Pattern pattern, String replacement) {}

    private static final List<Rule> RULES = List.of(
            rule("(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*-----|$)", GONE),
            rule("(?s)-----BEGIN [A-Z0-9 ]+-----.*?(?:-----END [A-Z0-9 ]*-----|$)", "[certificate]"),
            // The rest of a block whose beginning was cut off.
            rule("(?s)^.*?-----END [A-Z0-9 ]*-----", GONE),
            rule("(?i)\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]{6,}", "$1 " + GONE),
            rule("\\beyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*){0,2}", GONE),
            rule("(?i)\\b([a-z][a-z0-9+.-]{0,20}://)[^/\\s@\"']{1,4000}@", "$1" + GONE + "@"),
            rule("(?i)\\b(https?://[^\\s\"'?]{1,2000})\\?[^\\s\"']+", "$1?" + GONE),
            rule(
                    "(?i)((?:password|passwd|passphrase|api[_-]?key|access[_-]?key|secret[_-]?key|client[_-]?secret"
                            + "|private[_-]?key|authorization|credentials?|token))(\\\\?[\"']?\\s*[:=]\\s*)"
                            + "(\\\\?\"[^\"]*\"|'[^']*'|[^\\s,;}&]+)",
                    "$1$2" + GONE),
            // Base64 without a name: a run that mixes capitals, small letters and digits, longer than any name or hash
            // prefix that helps.
            rule(
                    "(?<![A-Za-z0-9+/])(?=[a-z0-9+/]{0,60}[A-Z])(?=[A-Z0-9+/]{0,60}[a-z])(?=[A-Za-z+/]{0,60}[0-9])"
                            + "[A-Za-z0-9+/]{40,}+={0,2}",
                    GONE));

    private Redactor() {}

    /** Redacted, printable and at most that many characters. */
    public static String clean(String text, int max) {
        String out = text.length() > MAX_INPUT ? text.substring(0, MAX_INPUT) : text;
        for (Rule rule : RULES) {
            out = rule.pattern.matcher(out).replaceAll(rule.replacement);
        }
        return Printable.shorten(out, max);
    }

    private static Rule rule(String regex, String replacement) {
        return new Rule(Pattern.compile(regex), replacement);
    }
}
