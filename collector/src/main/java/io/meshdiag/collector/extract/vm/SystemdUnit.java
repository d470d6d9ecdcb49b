package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The unit {@code istio} as {@code systemctl show istio -p …} prints it, one {@code Name=value} per line. Names and states are the same in every
 * locale; times are not ({@code Sa 2026-11-21 10:00:00 CET}), so they are read from where they are numbers.
 *
 * @param found false when there is no unit of that name
 * @param activeState active, activating, deactivating, inactive, failed, reloading
 * @param subState null when not printed
 * @param result null when not printed
 * @param restarts null when not printed: systemd before 235 does not count
 * @param exitStatus exit status, or number of the signal, of the last main process; null while it runs, or before it ever did
 * @param startedAt null without {@code --timestamp=unix} (systemd before 248), or when it never started
 * @param startedAfterBoot the same since the machine booted; null when it never started
 */
public record SystemdUnit(
        boolean found,
        String activeState,
        String subState,
        String result,
        Integer restarts,
        Integer exitStatus,
        Instant startedAt,
        Duration startedAfterBoot) {
    /** To be asked for with {@code -p}. */
    public static final String PROPERTIES =
            "LoadState,ActiveState,SubState,Result,NRestarts,ExecMainCode,ExecMainStatus,"
                    + "ExecMainStartTimestamp,ExecMainStartTimestampMonotonic";

    private static final Set<String> ASKED = Set.of(PROPERTIES.split(","));
    private static final int MAX_LINES = 1_000;
    private static final int MAX_VALUE = 60;

    /** @throws UnreadablePageException when it is not what systemctl prints */
    public static SystemdUnit parse(InputStream page) throws IOException, UnreadablePageException {
        Map<String, String> values = new HashMap<>();
        Lines lines = new Lines(page);
        String first = null;
        for (int i = 0; i < MAX_LINES; i++) {
            String line = lines.next();
            if (line == null) {
                break;
            }
            first = first == null ? line : first;
            int equals = line.indexOf('=');
            if (equals > 0 && ASKED.contains(line.substring(0, equals))) {
                values.put(line.substring(0, equals), line.substring(equals + 1).strip());
            }
        }
        String activeState = word(values.get("ActiveState"));
        if (activeState == null) {
            throw new UnreadablePageException(
                    first == null
                            ? "systemctl printed nothing"
                            : "systemctl did not print the state of the unit; it begins: "
                                    + Printable.shorten(first.split("=", 2)[0], 80));
        }
        boolean found = !"not-found".equals(values.get("LoadState"));
        Long code = number(values.get("ExecMainCode"));
        return new SystemdUnit(
                found,
                activeState,
                word(values.get("SubState")),
                word(values.get("Result")),
                integer(values.get("NRestarts")),
                code == null || code == 0 ? null : integer(values.get("ExecMainStatus")),
                time(values.get("ExecMainStartTimestamp")),
                sinceBoot(values.get("ExecMainStartTimestampMonotonic")));
    }

    private static String word(String value) {
        return value == null || value.isEmpty() ? null : Printable.shorten(value, MAX_VALUE);
    }

    private static Integer integer(String value) {
        Long number = number(value);
        return number == null ? null : (int) Math.min(Integer.MAX_VALUE, number);
    }

    /** Null for "[not set]", and for what overflows: UINT64_MAX stands for "none". */
    private static Long number(String value) {
        return value == null || !value.matches("\\d{1,18}") ? null : Long.valueOf(value);
    }

    /** {@code @1700000000}, or with {@code --timestamp=us} {@code @1700000000.123456}; any other form is local. */
    private static Instant time(String value) {
        if (value == null || !value.matches("@\\d{1,12}(?:\\.\\d{1,9})?")) {
            return null;
        }
        long seconds = Long.parseLong(value.substring(1).split("\\.", 2)[0]);
        return seconds == 0 ? null : Instant.ofEpochSecond(seconds);
    }

    private static Duration sinceBoot(String value) {
        Long micros = number(value);
        return micros == null || micros == 0 ? null : Duration.ofSeconds(micros / 1_000_000);
    }
}
