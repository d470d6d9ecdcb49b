package io.meshdiag.processor.read;

import io.meshdiag.finding.DeadLetter;
import java.util.List;

/** A record of a facts topic, read or refused. */
public sealed interface Decoded {
    /** It could be read. */
    record Read(FactChange change) implements Decoded {}

    /** It could not, and this is why. */
    record Refused(DeadLetter letter) implements Decoded {}

    /** The fact, when it could be read. */
    default List<FactChange> facts() {
        return this instanceof Read read ? List.of(read.change()) : List.of();
    }

    /** The dead letter, when it could not. */
    default List<DeadLetter> deadLetters() {
        return this instanceof Refused refused ? List.of(refused.letter()) : List.of();
    }
}
