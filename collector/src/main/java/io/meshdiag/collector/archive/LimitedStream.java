package io.meshdiag.collector.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that stops when all streams of the archive together have given too much. */
final class LimitedStream extends FilterInputStream {
    /** The limit was reached: the archive is not read any further. */
    static final class LimitException extends IOException {
        private static final long serialVersionUID = 1L;

        LimitException(String message) {
            super(message);
        }
    }

    /** Bytes of all streams of one pass. */
    static final class Meter {
        private final long max;
        private long bytes;

        Meter(long max) {
            this.max = max;
        }

        long bytes() {
            return bytes;
        }

        private void add(long n) throws LimitException {
            bytes += n;
            if (bytes > max) {
                throw new LimitException("more than " + max + " bytes unpacked; the rest was not read");
            }
        }
    }

    private final Meter meter;

    LimitedStream(InputStream in, Meter meter) {
        super(in);
        this.meter = meter;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        if (b >= 0) {
            meter.add(1);
        }
        return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int n = super.read(buffer, offset, length);
        if (n > 0) {
            meter.add(n);
        }
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        long skipped = super.skip(n);
        meter.add(skipped);
        return skipped;
    }

    /** The archive's own streams are closed by the archive. */
    @Override
    public void close() {}
}
