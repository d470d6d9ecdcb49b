package io.meshdiag.standalone.pipeline;

/** The pipeline stopped or got stuck; the message says where, and with which counts. */
public final class PipelineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public PipelineException(String message) {
        super(message);
    }

    public PipelineException(String message, Throwable cause) {
        super(message, cause);
    }
}
