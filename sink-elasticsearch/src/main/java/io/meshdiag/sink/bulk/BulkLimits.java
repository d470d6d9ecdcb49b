package io.meshdiag.sink.bulk;

import java.time.Duration;

/**
 * Sizes of delivery; together they bound its memory.
 *
 * @param items most writes in one request
 * @param bytes most bytes in one request, unless a single write is larger
 * @param inFlight most requests under way
 * @param linger longest wait for a batch to fill
 */
public record BulkLimits(int items, int bytes, int inFlight, Duration linger) {
    /** Bytes of waiting writes beyond which no more should come in: those under way, and two batches to go on with. */
    long heldBytes() {
        return (long) bytes * (inFlight + 2);
    }
}
