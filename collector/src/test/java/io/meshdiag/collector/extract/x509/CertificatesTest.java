package io.meshdiag.collector.extract.x509;

import static io.meshdiag.collector.extract.x509.TestCertificates.base64;
import static io.meshdiag.collector.extract.x509.TestCertificates.intermediate;
import static io.meshdiag.collector.extract.x509.TestCertificates.leaf;
import static io.meshdiag.collector.extract.x509.TestCertificates.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.meshdiag.collector.extract.x509.TestCertificates.Identity;
import io.meshdiag.fact.CertificateInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificatesTest {
    private final Identity root = root("Root CA");

    @Test
    void describesARootByItsPublicPart() throws Exception {
        CertificateInfo info = Certificates.parsePem(root.pem()).get(0);

        assertThat(info.getSubject()).isEqualTo("CN=Root CA");
        assertThat(info.getIssuer()).isEqualTo("CN=Root CA");
        assertThat(info.getSha256()).matches("[0-9a-f]{64}");
        assertThat(info.getSpkiSha256()).matches("[0-9a-f]{64}");
        assertThat(info.getSerial())
                .isEqualTo(root.certificate().getSerialNumber().toString(16));
        assertThat(info.getNotBefore()).isEqualTo(TestCertificates.FROM);
        assertThat(info.getNotAfter()).isEqualTo(TestCertificates.UNTIL);
        assertThat(info.getCa()).isTrue();
        assertThat(info.getSelfSigned()).isTrue();
    }

    @Test
    void namesTheSpiffeIdentityOfALeaf() throws Exception {
        Identity leaf = leaf(root, "spiffe://cluster.local/ns/shop/sa/web");

        CertificateInfo info = Certificates.parseBase64Pem(base64(leaf.pem())).get(0);

        assertThat(info.getUris()).containsExactly("spiffe://cluster.local/ns/shop/sa/web");
        assertThat(info.getSubject()).isEmpty();
        assertThat(info.getCa()).isFalse();
        assertThat(info.getSelfSigned()).isFalse();
    }

    @Test
    void readsSeveralBlocksWithTextAndKeysAround() throws Exception {
        Identity intermediate = intermediate(root, "Istio CA");
        String pem = "# rotated in May\r\n" + intermediate.pem() + intermediate.keyPem() + "and the root:\n"
                + root.pem().replace("\n", "\r\n");

        assertThat(Certificates.parsePem(pem))
                .extracting(CertificateInfo::getSubject)
                .containsExactly("CN=Istio CA", "CN=Root CA");
    }

    @Test
    void removesDuplicatesAndSortsByFingerprint() throws Exception {
        Identity other = root("Other CA");

        List<CertificateInfo> distinct =
                Certificates.distinct(Certificates.parsePem(root.pem() + other.pem() + root.pem()));

        assertThat(distinct).hasSize(2).isSortedAccordingTo((a, b) -> a.getSha256()
                .compareTo(b.getSha256()));
    }

    @Test
    void findsNothingInTextWithoutCertificates() throws Exception {
        assertThat(Certificates.parsePem("[redacted]")).isEmpty();
    }

    @Test
    void saysWhichBlockIsCutOff() {
        String cut = root.pem() + root.pem().substring(0, 200);

        assertThatThrownBy(() -> Certificates.parsePem(cut))
                .isInstanceOf(UnreadableCertificateException.class)
                .hasMessage("certificate block 2 is cut off: it has no END line");
    }

    @Test
    void saysWhichBlockIsNoCertificate() {
        String nonsense = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

        assertThatThrownBy(() -> Certificates.parsePem(root.pem() + nonsense))
                .hasMessage("certificate block 2 is not an X.509 certificate");
    }
}
