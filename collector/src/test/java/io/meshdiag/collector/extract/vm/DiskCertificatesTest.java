package io.meshdiag.collector.extract.vm;

import static io.meshdiag.collector.extract.TestPages.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.x509.TestCertificates;
import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import io.meshdiag.fact.CertificateInfo;
import org.junit.jupiter.api.Test;

class DiskCertificatesTest {
    private final Identity root = TestCertificates.root("Root");
    private final Identity issuer = TestCertificates.intermediate(root, "Issuer");
    private final Identity leaf = TestCertificates.leaf(issuer, "spiffe://cluster.local/ns/shop/sa/db");

    @Test
    void readsAChainInItsOrder() throws Exception {
        assertThat(DiskCertificates.parse(stream(leaf.pem() + issuer.pem())))
                .extracting(CertificateInfo::getIssuer)
                .containsExactly("CN=Issuer", "CN=Root");
    }

    @Test
    void passesOverAKeyInTheSameFile() throws Exception {
        assertThat(DiskCertificates.parse(stream(leaf.keyPem() + leaf.pem()))).hasSize(1);
    }

    @Test
    void refusesAFileWithoutCertificates() {
        assertThatThrownBy(() -> DiskCertificates.parse(stream("")))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("no certificate in the file");
    }

    @Test
    void refusesACertificateThatWasHalfWritten() {
        String half = leaf.pem().substring(0, leaf.pem().length() / 2);

        assertThatThrownBy(() -> DiskCertificates.parse(stream(half)))
                .isInstanceOf(UnreadablePageException.class)
                .hasMessage("certificate block 1 is cut off: it has no END line");
    }
}
