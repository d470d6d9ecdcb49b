package io.meshdiag.collector.cluster.pods;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;

/** The body of an answer: ends by itself at its limits, and says in its own words why it was cut, because those of a network name addresses. */
final class PageStream extends InputStream {
    private final InputStream body;
    private final Closeable wire;
    private final PageLimits limits;
    private long bytes;

    /** @param wire closed with the page; the body itself is not, because closing it would read it to its end */
    PageStream(InputStream body, Closeable wire, PageLimits limits) {
        this.body = body;
        this.wire = wire;
        this.limits = limits;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (limits.expired()) {
            throw new IOException("the answer took too long; it was cut off after " + bytes + " bytes");
        }
        int n;
        try {
            n = body.read(buffer, offset, length);
        } catch (InterruptedIOException e) {
            throw new IOException("the answer stopped after " + bytes + " bytes");
        } catch (IOException e) {
            throw new IOException("the answer was cut off after " + bytes + " bytes");
        }
        bytes += Math.max(0, n);
        if (bytes > limits.maxBytes()) {
            throw new IOException("the answer is larger than " + limits.maxBytes() + " bytes; the rest was not read");
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
