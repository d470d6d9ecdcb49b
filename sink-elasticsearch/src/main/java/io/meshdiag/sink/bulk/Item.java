package io.meshdiag.sink.bulk;

/** A write on its way, with how often it was sent. Identity is what counts: two equal writes are two items. */
final class Item {
    private final Write write;
    private final Ticket ticket;
    private int attempts;

    Item(Write write, Ticket ticket) {
        this.write = write;
        this.ticket = ticket;
    }

    Write write() {
        return write;
    }

    Ticket ticket() {
        return ticket;
    }

    int bytes() {
        return write.lines().length;
    }

    /** Counts this sending; returns how many there were before. */
    int nextAttempt() {
        return attempts++;
    }
}
