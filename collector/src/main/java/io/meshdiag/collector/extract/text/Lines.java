package io.meshdiag.collector.extract.text;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Lines of a page of any size, each cut at a bound: a line without end costs no more memory than that. */
public final class Lines {
    /** Bytes kept of one line. */
    public static final int MAX_LINE = 16 * 1024;

    private final InputStream page;
    private final byte[] chunk = new byte[1 << 16];
    private final byte[] line = new byte[MAX_LINE];
    private int at;
    private int filled;

    public Lines(InputStream page) {
        this.page = page;
    }

    /** The next line without its end, at most {@link #MAX_LINE} bytes of it; null at the end of the page. */
    public String next() throws IOException {
        int length = 0;
        boolean any = false;
        while (at < filled || fill()) {
            any = true;
            int from = at;
            while (at < filled && chunk[at] != '\n') {
                at++;
            }
            int kept = Math.min(at - from, MAX_LINE - length);
            System.arraycopy(chunk, from, line, length, kept);
            length += kept;
            if (at < filled) {
                at++;
                return text(length);
            }
        }
        return any ? text(length) : null;
    }

    private boolean fill() throws IOException {
        at = 0;
        filled = Math.max(0, page.read(chunk));
        return filled > 0;
    }

    private String text(int length) {
        int end = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        return new String(line, 0, end, StandardCharsets.UTF_8);
    }
}
