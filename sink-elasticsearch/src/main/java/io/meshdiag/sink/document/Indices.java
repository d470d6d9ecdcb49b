package io.meshdiag.sink.document;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Names of indices and aliases, all with one prefix.
 *
 * <p>The history goes into one index per month of the finding's own time: the same revision always meets the same index, so that it is refused as already
 * there even in a replay after months. In a data stream ids are unique only within one backing index.
 *
 * @param prefix ends with a hyphen
 */
public record Indices(String prefix) {
    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("uuuu.MM", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** Alias of the current findings. */
    public String findings() {
        return prefix + "findings";
    }

    /** Alias over all months of the history, for readers. */
    public String history() {
        return prefix + "finding-history";
    }

    /** Index of a revision. */
    public String history(Instant lastSeen) {
        return history() + "-" + MONTH.format(lastSeen);
    }

    /** Alias of the latest facts of a topic (name without prefix). */
    public String facts(String topic) {
        return prefix + topic;
    }

    /** The index behind an alias when it is made for the first time. */
    public static String firstBehind(String alias) {
        return alias + "-v1";
    }
}
