package io.meshdiag.collector.cluster.envoy;

import io.meshdiag.collector.cluster.pods.PageException;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.fact.SourceState;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Reads pages within the budget, and says what became of each. */
final class PageReader {
    private final DumpBudget budget;
    private final long maxBytes;

    /** Asks for a page. */
    @FunctionalInterface
    interface Page {
        InputStream open() throws PageException, InterruptedException;
    }

    /** Takes a page. */
    @FunctionalInterface
    interface Body {
        void read(InputStream page) throws IOException, UnreadablePageException;
    }

    /**
     * What became of a page.
     *
     * @param state OK; PARTIAL when the page was cut because it is too long; else why it could not be read
     * @param detail empty when OK
     * @param retryAfter how long the server wants to be left alone; null when it did not say
     */
    record Result(SourceState state, String detail, Duration retryAfter) {
        boolean whole() {
            return state == SourceState.OK;
        }

        boolean cut() {
            return state == SourceState.PARTIAL;
        }
    }

    PageReader(DumpBudget budget, long maxBytes) {
        this.budget = budget;
        this.maxBytes = maxBytes;
    }

    /** Reads a page to its end, or as far as it is allowed to. */
    Result read(Page page, Body body) throws InterruptedException {
        try (InputStream in = page.open();
                MeteredStream metered = new MeteredStream(in, maxBytes, budget)) {
            try {
                body.read(metered);
                return new Result(SourceState.OK, "", null);
            } catch (UnreadablePageException e) {
                return metered.cut()
                        ? new Result(
                                SourceState.PARTIAL,
                                "longer than " + maxBytes
                                        + " bytes, what follows was not read: allow larger dumps, or scope the proxy with a Sidecar",
                                null)
                        : new Result(SourceState.UNREADABLE, e.getMessage(), null);
            }
        } catch (PageException e) {
            return new Result(e.state(), e.getMessage(), e.retryAfter());
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("stopped while a page was read");
            }
            // Its text may name addresses: that it broke off is what counts.
            return new Result(
                    SourceState.UNREACHABLE,
                    "the connection broke off in the middle of the page; it is tried again",
                    null);
        }
    }
}
