package io.meshdiag.sink.bulk;

/** What an answer of the store means for a write. */
enum Verdict {
    /** Stored, or was stored before. */
    DONE,
    /** The store is busy or out of order: send it again later. */
    RETRY,
    /** The store will never take this document. */
    REFUSED,
    /** The store will take nothing of ours until a person changes something. */
    BLOCKED,
    /** The request is too much at once: send it in two halves. */
    SPLIT
}
