package io.meshdiag.collector.extract.log;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A known kind of log line.
 *
 * @param component istiod, proxy or cni
 * @param name stable, never reused; LogSignal.signature
 * @param literal a text that every such line contains: the cheap test before the regular expression
 * @param regex the first group that took part names the subject; a named group "resource" (and "group") stands behind it, after a blank and joined by a
 *     dot as kubectl writes them
 */
record LogSignature(String component, String name, String literal, Pattern regex) {
    private static final int MAX_SUBJECT = 300;

    LogSignature(String component, String name, String literal, String regex) {
        this(component, name, literal, Pattern.compile(regex));
    }

    /** The subject of a line of this kind, "" when it names none; empty when the line is of another kind. */
    Optional<String> subject(String text) {
        if (!text.contains(literal)) {
            return Optional.empty();
        }
        Matcher matcher = regex.matcher(text);
        if (!matcher.find()) {
            return Optional.empty();
        }
        for (int group = 1; group <= matcher.groupCount(); group++) {
            String found = matcher.group(group);
            if (found != null) {
                String subject = found + resource(matcher);
                return Optional.of(subject.length() <= MAX_SUBJECT ? subject : subject.substring(0, MAX_SUBJECT));
            }
        }
        return Optional.of("");
    }

    private String resource(Matcher matcher) {
        if (!regex.pattern().contains("(?<resource>") || matcher.group("resource") == null) {
            return "";
        }
        String group = matcher.group("group");
        return " " + matcher.group("resource") + (group.isEmpty() ? "" : "." + group);
    }

    /** A line with its kind. */
    record Match(LogSignature signature, String subject) {}

    /** The first signature of the list that knows the line. */
    static Optional<Match> first(List<LogSignature> signatures, String text) {
        for (LogSignature signature : signatures) {
            Optional<String> subject = signature.subject(text);
            if (subject.isPresent()) {
                return Optional.of(new Match(signature, subject.get()));
            }
        }
        return Optional.empty();
    }
}
