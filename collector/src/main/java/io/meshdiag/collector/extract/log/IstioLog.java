package io.meshdiag.collector.extract.log;

import io.meshdiag.collector.extract.text.Lines;
import java.io.IOException;
import java.io.InputStream;

/**
 * Splits a log into entries: Istio's text (tabs, or spaces in copies from web pages), JSON and Stackdriver encodings, Envoy's lines in the same stream,
 * with or without the time that {@code kubectl logs --timestamps} puts in front. Lines that begin no entry continue the one before.
 */
public final class IstioLog {
    /** Characters kept of one entry with its continuation lines. */
    public static final int MAX_MESSAGE = 16 * 1024;

    private final Lines lines;
    private LogEntry next;
    private boolean started;
    private long continuationLines;

    public IstioLog(InputStream log) {
        this.lines = new Lines(log);
    }

    /** The next entry; null at the end. */
    public LogEntry next() throws IOException {
        if (!started) {
            started = true;
            next = readHead();
        }
        LogEntry head = next;
        if (head == null) {
            return null;
        }
        StringBuilder message = new StringBuilder(head.message());
        boolean continued = false;
        next = null;
        for (String line = lines.next(); line != null; line = lines.next()) {
            LogEntry other = LogLine.parse(line);
            if (other != null) {
                next = other;
                break;
            }
            if (LogLine.isAccessLog(line)) {
                continue;
            }
            continuationLines++;
            continued = true;
            if (message.length() + line.length() < MAX_MESSAGE) {
                message.append('\n').append(LogLine.withoutTimestamp(line));
            }
        }
        return continued ? head.withMessage(message.toString()) : head;
    }

    /** Lines so far that continue an entry; lines before the first entry do not count. */
    public long continuationLines() {
        return continuationLines;
    }

    private LogEntry readHead() throws IOException {
        for (String line = lines.next(); line != null; line = lines.next()) {
            LogEntry entry = LogLine.parse(line);
            if (entry != null) {
                return entry;
            }
        }
        return null;
    }
}
