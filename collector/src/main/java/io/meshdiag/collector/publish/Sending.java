package io.meshdiag.collector.publish;

/** A level on its way. Its identity is the attempt's: answers to attempts that were given up are not heard. */
final class Sending {
    private final Slot slot;
    private final Level level;

    Sending(Slot slot, Level level) {
        this.slot = slot;
        this.level = level;
    }

    Slot slot() {
        return slot;
    }

    Level level() {
        return level;
    }
}
