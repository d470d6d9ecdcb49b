package io.meshdiag.collector.extract;

import java.io.IOException;
import java.io.InputStream;

/**
 * Reads one page (a debug endpoint's answer, an admin dump, a log, a kubectl list) as a stream and says what it shows as facts.
 *
 * <p>Pure: no files, no network, no clock. Memory is bounded by one element of the page, never by the page.
 */
@FunctionalInterface
public interface PageParser {
    /**
     * Parses a page to its end. Facts that were accepted before a failure stay valid.
     *
     * @param page the bytes; the caller closes it
     * @param origin whose page it is, and as of when
     * @param facts takes each fact, stamped with its content hash
     * @throws UnreadablePageException when the page is not what its name says, or ends early
     * @throws IOException when the stream itself fails
     */
    void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException;
}
