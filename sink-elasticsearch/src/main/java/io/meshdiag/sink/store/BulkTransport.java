package io.meshdiag.sink.store;

import java.util.function.BiConsumer;

/** Sends one bulk request. */
@FunctionalInterface
public interface BulkTransport {
    /**
     * Returns at once.
     *
     * @param body action and document lines, each ended by a newline
     * @param answer called once, on any thread: with the store's answer, or with what went wrong when no answer came
     */
    void bulk(byte[] body, BiConsumer<StoreResponse, Exception> answer);
}
