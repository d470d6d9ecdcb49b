package io.meshdiag.collector.vm.read;

import io.meshdiag.fact.SourceState;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** A stream that ends with an {@link UnreadException} after so many bytes, or at a deadline: a page that never ends is no page. */
final class Bounded extends FilterInputStream {
    private final long maxBytes;
    private final String what;
    private final Duration within;
    private final long began = System.nanoTime();
    private long bytes;

    Bounded(InputStream in, long maxBytes, String what) {
        this(in, maxBytes, what, Duration.ofDays(1));
    }

    Bounded(InputStream in, long maxBytes, String what, Duration within) {
        super(in);
        this.maxBytes = maxBytes;
        this.what = what;
        this.within = within;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (System.nanoTime() - began > within.toNanos()) {
            throw new UnreadException(
                    SourceState.UNREACHABLE, what + " did not come to its end within " + within.toSeconds() + " s");
        }
        int n = super.read(buffer, offset, length);
        bytes += Math.max(0, n);
        if (bytes > maxBytes) {
            throw new UnreadException(
                    SourceState.PARTIAL, what + " is larger than " + maxBytes + " bytes; the rest was not read");
        }
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        byte[] scratch = new byte[(int) Math.min(1 << 13, Math.max(1, n))];
        return Math.max(0, read(scratch, 0, (int) Math.min(scratch.length, n)));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
