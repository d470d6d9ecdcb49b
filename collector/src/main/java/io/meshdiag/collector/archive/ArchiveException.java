package io.meshdiag.collector.archive;

/** The input is no archive at all; the message says what was expected. */
public class ArchiveException extends Exception {
    private static final long serialVersionUID = 1L;

    public ArchiveException(String message) {
        super(message);
    }

    public ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }
}
