package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.text.Redactor;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What may be kept of a log: the entries of known signatures, redacted, and of all others time and level only. It is a log again, of which
 * {@link SignalWindow} makes the same signals.
 */
public final class LogExcerpt {
    private static final int MAX_TEXT = 4_000;
    private static final String LEFT_OUT = "[left out]";

    private LogExcerpt() {}

    /**
     * Copies what may be kept.
     *
     * @param component see {@link LogSignalsParser}
     * @param from older entries are left out altogether
     */
    public static void copy(String component, InputStream log, Instant from, OutputStream out) throws IOException {
        List<LogSignature> known = LogSignatures.of(component);
        IstioLog entries = new IstioLog(log);
        Instant at = from;
        for (LogEntry entry = entries.next(); entry != null; entry = entries.next()) {
            at = entry.time() == null ? at : entry.time();
            if (!at.isBefore(from)) {
                out.write(
                        line(entry, at, LogSignature.first(known, entry.text()).isPresent())
                                .getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static String line(LogEntry entry, Instant at, boolean known) {
        String labels = known && !entry.labels().isEmpty() ? "\t" + Redactor.clean(entry.labels(), MAX_TEXT) : "";
        return at + "\t" + entry.level().name().toLowerCase(Locale.ROOT) + "\t"
                + (known ? Redactor.clean(entry.message(), MAX_TEXT) : LEFT_OUT) + labels + "\n";
    }
}
