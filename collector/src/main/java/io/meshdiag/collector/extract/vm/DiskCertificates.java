package io.meshdiag.collector.extract.vm;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.UnreadableCertificateException;
import io.meshdiag.fact.CertificateInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * The certificates in /etc/certs (PROV_CERT, OUTPUT_CERTS). The key beside them is never opened.
 *
 * @param chain of cert-chain.pem, leaf first; empty when there is no such file, or it could not be read
 * @param roots of root-cert.pem; likewise
 * @param kept whether there is a cert-chain.pem; null when that could not be seen
 */
public record DiskCertificates(List<CertificateInfo> chain, List<CertificateInfo> roots, Boolean kept) {
    private static final int MAX_BYTES = 1 << 20;

    public DiskCertificates {
        chain = List.copyOf(chain);
        roots = List.copyOf(roots);
    }

    /**
     * The certificates of one PEM file.
     *
     * @throws UnreadablePageException when there is none in it, one is cut off, or the file is larger than 1 MiB
     */
    public static List<CertificateInfo> parse(InputStream pem) throws IOException, UnreadablePageException {
        String text = BoundedText.read(pem, MAX_BYTES, "the certificate file");
        try {
            List<CertificateInfo> certificates = Certificates.parsePem(text);
            if (certificates.isEmpty()) {
                throw new UnreadablePageException("no certificate in the file");
            }
            return certificates;
        } catch (UnreadableCertificateException e) {
            throw new UnreadablePageException(e.getMessage(), e);
        }
    }
}
