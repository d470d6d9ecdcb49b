package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.collector.extract.text.Lines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;

/**
 * The output of {@code journalctl -o json} (systemd: Journal Export Formats, JSON) as lines of Istio's log format, so that what the agent, Envoy, the
 * start script and systemd itself say is read by one parser. A message that is a line of that format already stays as it is.
 */
public final class JournalLines {
    private static final long MICROS = 1_000_000;
    /** Priorities 0 to 3 are errors, 4 is a warning, 7 debugging (syslog). */
    private static final int ERROR = 3;

    private static final int WARNING = 4;
    private static final int DEBUG = 7;

    private JournalLines() {}

    /**
     * Reads records to the end. A line that is no record (cut off, or a message of journalctl) is passed over.
     *
     * @param into takes line after line, without its end; those of one record follow each other
     * @return the cursor of the last record; null when there is none
     */
    public static String read(InputStream journal, Consumer<String> into) throws IOException {
        Lines lines = new Lines(journal);
        String cursor = null;
        for (String line = lines.next(); line != null; line = lines.next()) {
            Message record = new Message();
            try {
                JsonPage.readString(line, record::read);
            } catch (UnreadablePageException e) {
                // Cut at the bound: what stands before the cut counts, the cursor does in any case.
                cursor = record.cursor == null ? cursor : record.cursor;
            }
            cursor = record.cursor == null ? cursor : record.cursor;
            if (record.time != null && record.text != null) {
                record.write(into);
            }
        }
        return cursor;
    }

    private static final class Message {
        private String cursor;
        private Instant time;
        private long priority = WARNING + 2L;
        private String text;

        void read(JsonCursor json) throws IOException, UnreadablePageException {
            json.entries(name -> {
                switch (name) {
                    case "__CURSOR" -> cursor = json.text();
                    case "__REALTIME_TIMESTAMP" -> time = time(json.number(-1));
                    case "PRIORITY" -> priority = json.number(priority);
                    case "MESSAGE" -> text = json.isArray() ? bytes(json) : json.text();
                    default -> {}
                }
            });
        }

        private static Instant time(long micros) {
            try {
                return micros < 0
                        ? null
                        : Instant.ofEpochSecond(micros / MICROS, micros % MICROS * 1_000)
                                .truncatedTo(ChronoUnit.MILLIS);
            } catch (DateTimeException e) {
                return null;
            }
        }

        /** Text that is not UTF-8, or has control characters, is an array of bytes. */
        private static String bytes(JsonCursor json) throws IOException, UnreadablePageException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            json.elements(() -> bytes.write((int) json.number('?')));
            return bytes.toString(StandardCharsets.UTF_8);
        }

        private void write(Consumer<String> into) {
            boolean ours = LogLine.parse(text.lines().findFirst().orElse("")) != null;
            String[] lines = text.split("\\R");
            for (int i = 0; i < lines.length; i++) {
                into.accept(i > 0 || ours ? lines[i] : time + "\t" + level() + "\t" + lines[i]);
            }
        }

        private String level() {
            return priority <= ERROR ? "error" : priority == WARNING ? "warn" : priority >= DEBUG ? "debug" : "info";
        }
    }
}
