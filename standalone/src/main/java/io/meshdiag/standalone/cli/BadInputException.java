package io.meshdiag.standalone.cli;

/** What a person gave cannot be used; the message says why and what to do. Ends the program with exit code 2. */
final class BadInputException extends RuntimeException {
    BadInputException(String message) {
        super(message);
    }

    BadInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
