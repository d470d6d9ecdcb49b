package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.schema.Printable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rows of {@code kubectl get events [-A] -o wide}: [NAMESPACE] LAST SEEN, TYPE, REASON, OBJECT, SUBOBJECT, SOURCE, MESSAGE, FIRST SEEN, COUNT,
 * NAME. Read from both ends: only the middle cells can hold blanks. Ages such as 5m12s are counted back from the archive's time.
 */
final class EventTable {
    private static final Pattern ROW = Pattern.compile(
            "(?<last>\\S+)\\s+(?<type>Normal|Warning)\\s+(?<reason>\\S+)\\s+(?<object>[^\\s/]+/\\S+)\\s(?<middle>.*?)"
                    + "\\s(?<first>\\S+)\\s+(?<count>\\d{1,18})\\s+(?<name>\\S+)\\s*");
    private static final Pattern AGE_PART = Pattern.compile("(\\d{1,9})([ydhms])");

    private final boolean namespaced;
    private final Instant asOf;

    private EventTable(boolean namespaced, Instant asOf) {
        this.namespaced = namespaced;
        this.asOf = asOf;
    }

    /** A table with this header line; empty when the line is no header of events. */
    static Optional<EventTable> ofHeader(String header, Instant asOf) {
        String line = header.strip();
        boolean namespaced = line.startsWith("NAMESPACE");
        boolean wide = line.contains("LAST SEEN") && line.contains("FIRST SEEN") && line.contains("MESSAGE");
        return wide ? Optional.of(new EventTable(namespaced, asOf)) : Optional.empty();
    }

    /** One row; empty when the line is none (kubectl breaks messages with line ends in old versions). */
    Optional<Event> row(String line) {
        String namespace = "";
        String rest = line.strip();
        if (namespaced) {
            int blank = rest.indexOf(' ');
            if (blank < 0) {
                return Optional.empty();
            }
            namespace = rest.substring(0, blank);
            rest = rest.substring(blank).stripLeading();
        }
        Matcher row = ROW.matcher(rest);
        if (!row.matches()) {
            return Optional.empty();
        }
        String[] middle = middle(row.group("middle"));
        String[] object = row.group("object").split("/", 2);
        String[] source = middle[0].split(",\\s*", 2);
        Instant last = asOf.minus(age(row.group("last")));
        return Optional.of(new Event(
                clean(namespace),
                clean(row.group("reason")),
                clean(object[0]),
                clean(object[1]),
                clean(source[0]),
                source.length > 1 ? clean(source[1]) : "",
                middle[1],
                Math.max(1, Long.parseLong(row.group("count"))),
                earlier(asOf.minus(age(row.group("first"))), last),
                last));
    }

    /** Source and message; a subobject (spec.containers{x}) before them is left out, and the source may be blank. */
    private static String[] middle(String cells) {
        String[] parts = cells.strip().split("\\s{2,}", 2);
        if (parts.length == 2 && parts[0].startsWith("spec.")) {
            parts = parts[1].split("\\s{2,}", 2);
        }
        return parts.length == 2 ? parts : new String[] {"", parts[0]};
    }

    /** An age as kubectl prints it (5m12s, 3d4h, 45s); zero for {@code <unknown>}. */
    static Duration age(String text) {
        Duration age = Duration.ZERO;
        Matcher part = AGE_PART.matcher(text);
        while (part.find()) {
            long n = Long.parseLong(part.group(1));
            age = age.plus(
                    switch (part.group(2)) {
                        case "y" -> Duration.ofDays(365 * n);
                        case "d" -> Duration.ofDays(n);
                        case "h" -> Duration.ofHours(n);
                        case "m" -> Duration.ofMinutes(n);
                        default -> Duration.ofSeconds(n);
                    });
        }
        return age.compareTo(Duration.ofDays(36_500)) > 0 ? Duration.ZERO : age;
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }

    private static String clean(String text) {
        return Printable.shorten(text, 253);
    }
}
