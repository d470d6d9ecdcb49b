package io.meshdiag.collector.cluster.envoy;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Pays each byte out of the budget, and ends a page that is longer than allowed. */
final class MeteredStream extends FilterInputStream {
    private final DumpBudget budget;
    private long left;
    private boolean cut;

    /** @param max bytes; what follows is not read */
    MeteredStream(InputStream in, long max, DumpBudget budget) {
        super(in);
        this.left = max;
        this.budget = budget;
    }

    /** True when the page was longer. */
    boolean cut() {
        return cut;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (left == 0) {
            cut |= super.read() >= 0;
            return -1;
        }
        int n = super.read(buffer, offset, (int) Math.min(length, left));
        if (n > 0) {
            left -= n;
            budget.spend(n);
        }
        return n;
    }

    @Override
    public long skip(long n) throws IOException {
        return Math.max(0, read(new byte[(int) Math.min(n, 8192)]));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
