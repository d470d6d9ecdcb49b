package io.meshdiag.collector.extract.log;

import java.time.Instant;
import java.util.Locale;

/**
 * One entry of a log, whatever its encoding.
 *
 * @param time null when the line has none
 * @param scope Istio's scope, or "envoy" and the logger; "default" where the line names none
 * @param message with its continuation lines, at most {@link IstioLog#MAX_MESSAGE} characters
 * @param labels {@code key=value} pairs separated by spaces, as the text encoding writes them; empty when there are none
 * @param written when the container runtime took the line, to the nanosecond: what {@code --timestamps} puts in front; null where it was not asked for
 */
public record LogEntry(Instant time, Level level, String scope, String message, String labels, Instant written) {

    private static final int MAX_SEARCHED = 4_000;

    /** Levels of the three dialects (Istio, Envoy, Stackdriver) in one. */
    public enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR,
        FATAL;

        /** Null when the word is no level. */
        static Level of(String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "trace", "debug" -> DEBUG;
                case "info", "notice" -> INFO;
                case "warn", "warning" -> WARN;
                case "error" -> ERROR;
                case "fatal", "critical" -> FATAL;
                default -> null;
            };
        }
    }

    /** The same entry, as the container runtime dates it. Its own time counts where it has one. */
    LogEntry writtenAt(Instant at) {
        return new LogEntry(time == null ? at : time, level, scope, message, labels, at);
    }

    /** The same entry with the lines that continue it. */
    LogEntry withMessage(String whole) {
        return new LogEntry(time, level, scope, whole, labels, written);
    }

    /** Message, at most 4,000 characters of it, and labels: what signatures are looked for in. They stand at the beginning of a message. */
    public String text() {
        String start = message.length() <= MAX_SEARCHED ? message : message.substring(0, MAX_SEARCHED);
        return labels.isEmpty() ? start : start + "\t" + labels;
    }
}
