package io.meshdiag.config;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes as people write them, with Kubernetes' binary units in full: {@code 512KiB}, {@code 20MiB}, {@code 1GiB}; a bare number is bytes. */
final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})\\s*(|B|KiB|MiB|GiB)");
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB"};
    private static final int STEP = 1024;

    private ByteSize() {}

    static Optional<Long> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        long bytes = Long.parseLong(form.group(1));
        for (int i = 1; i < UNITS.length; i++) {
            if (UNITS[i].equals(form.group(2))) {
                bytes <<= 10 * i;
            }
        }

        return Optional.of(bytes);
    }

    static String text(long bytes) {
        int unit = 0;
        long left = bytes;
        while (unit < UNITS.length - 1 && left >= STEP && left % STEP == 0) {
            left /= STEP;
            unit++;
        }
        return left + UNITS[unit];
    }
}
