package io.meshdiag.collector.extract.x509;

/** A PEM block that is not a certificate; the message says which block, never what is in it. */
public class UnreadableCertificateException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnreadableCertificateException(String message) {
        super(message);
    }
}
