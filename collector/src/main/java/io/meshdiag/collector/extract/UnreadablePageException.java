package io.meshdiag.collector.extract;

/** A page that is not what its name says, or that ends early: its message becomes the coverage detail. */
public class UnreadablePageException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnreadablePageException(String message) {
        super(message);
    }

    public UnreadablePageException(String message, Throwable cause) {
        super(message, cause);
    }
}
