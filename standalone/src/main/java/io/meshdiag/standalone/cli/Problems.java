package io.meshdiag.standalone.cli;

import io.meshdiag.schema.Printable;
import java.util.Optional;

/** Tells mistakes in the input from defects of the program, and makes their texts safe to print. */
final class Problems {
    private static final int LONGEST = 4000;

    private Problems() {}

    /** Message for a person, when the failure is about what the person gave. */
    static Optional<String> ofInput(Throwable failure) {
        return failure instanceof BadInputException ? Optional.of(text(failure)) : Optional.empty();
    }

    static String text(Throwable failure) {
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return message.lines()
                .map(line -> Printable.shorten(line, LONGEST))
                .reduce((a, b) -> a + System.lineSeparator() + b)
                .orElse("");
    }
}
