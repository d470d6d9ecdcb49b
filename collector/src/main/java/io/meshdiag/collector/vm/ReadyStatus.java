package io.meshdiag.collector.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.text.Lines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Status of {@code /healthz/ready} as a page: its digits, or {@code none} when nothing listens. */
final class ReadyStatus {
    private static final String NOBODY = "none";

    private ReadyStatus() {}

    static Live of(int port) {
        return machine -> {
            OptionalInt status = machine.loopback().status(port, "/healthz/ready");
            String page = status.isPresent() ? String.valueOf(status.getAsInt()) : NOBODY;
            return new ByteArrayInputStream(page.getBytes(StandardCharsets.US_ASCII));
        };
    }

    /** Null when nothing listens. */
    static Integer parse(InputStream page) throws IOException, UnreadablePageException {
        String line = new Lines(page).next();
        if (line == null || !line.strip().matches("\\d{3}|" + NOBODY)) {
            throw new UnreadablePageException("it is no HTTP status");
        }
        return line.strip().equals(NOBODY) ? null : Integer.valueOf(line.strip());
    }
}
