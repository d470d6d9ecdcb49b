package io.meshdiag.collector.publish;

/** Facts could not be delivered; the message says where to and what to check. */
public class PublishException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PublishException(String message, Throwable cause) {
        super(message, cause);
    }
}
