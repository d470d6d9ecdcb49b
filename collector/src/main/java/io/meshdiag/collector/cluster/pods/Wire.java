package io.meshdiag.collector.cluster.pods;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** One connection to a port of a pod, for one request. */
interface Wire extends Closeable {
    /** Sends the request and returns what comes back, raw. */
    InputStream exchange(byte[] request) throws IOException;

    /** What it means that the connection failed before there was an answer. */
    PageException failure(Exception cause);
}
