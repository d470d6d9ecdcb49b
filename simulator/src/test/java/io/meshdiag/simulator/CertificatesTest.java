package io.meshdiag.simulator;

import static io.meshdiag.simulator.Archives.section;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CertificatesTest {
    private static final Instant TIME = Instant.parse("2026-11-20T09:30:00Z");

    private static Archives archives;

    @BeforeAll
    static void writeAFleetWithOneForeignRoot() {
        archives = Archives.of(Scenario.bundled("own-root"));
    }

    @Test
    void aWorkloadsChainEndsInTheRootOfItsNamespace() throws Exception {
        for (String cluster : archives.all().keySet()) {
            List<X509Certificate> chain = chain(cluster);
            // Then
            validate(chain, root(cluster));
            assertThat(chain).hasSize(cluster.equals("us-west-2") ? 2 : 3);
            assertThat(chain.get(0)
                            .getSubjectAlternativeNames()
                            .iterator()
                            .next()
                            .get(1))
                    .asString()
                    .startsWith("spiffe://cluster.local/ns/shop/sa/");
        }
    }

    @Test
    void clustersTrustEachOtherExceptTheOneWithItsOwnRoot() throws Exception {
        assertThatCode(() -> validate(chain("eu-west-1"), root("ap-south-1"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> validate(chain("us-west-2"), root("eu-west-1")))
                .isInstanceOf(CertPathValidatorException.class);
        assertThatThrownBy(() -> validate(chain("eu-west-1"), root("us-west-2")))
                .isInstanceOf(CertPathValidatorException.class);
    }

    @Test
    void theCertsPageShowsTheCertificateOfTheDump() throws Exception {
        String page = archives.files("eu-west-1").entrySet().stream()
                .filter(file -> file.getKey().startsWith("proxies/shop/")
                        && file.getKey().endsWith("/certs"))
                .findFirst()
                .orElseThrow()
                .getValue();
        // Then
        String serial = Archives.json(page)
                .at("/certificates/0/cert_chain/0/serial_number")
                .asText();
        assertThat(new BigInteger(serial, 16))
                .isEqualTo(chain("eu-west-1").get(0).getSerialNumber());
    }

    @Test
    void noArchiveOfTheDefaultKindHoldsAKeyOrAToken() {
        archives.all().values().forEach(files -> files.values()
                .forEach(text -> assertThat(text).doesNotContain("PRIVATE KEY", "token:", "ca-key.pem")));
        JsonNode secret = section(archives.dumps("eu-west-1", "shop").get(0), "Secrets");
        assertThat(secret.at("/dynamic_active_secrets/0/secret/tls_certificate/private_key/inline_bytes")
                        .asText())
                .isEqualTo("W3JlZGFjdGVkXQ==");
    }

    private static List<X509Certificate> chain(String cluster) throws Exception {
        JsonNode secrets = section(archives.dumps(cluster, "shop").get(0), "Secrets");
        String bytes = secrets.at("/dynamic_active_secrets/0/secret/tls_certificate/certificate_chain/inline_bytes")
                .asText();
        return parse(Base64.getDecoder().decode(bytes));
    }

    private static X509Certificate root(String cluster) throws Exception {
        String pem = archives.objects(cluster, "cluster/k8s-resources", "ConfigMap").stream()
                .filter(map -> map.at("/metadata/namespace").asText().equals("shop"))
                .map(map -> map.path("data").path("root-cert.pem").asText())
                .findFirst()
                .orElseThrow();
        return parse(pem.getBytes(java.nio.charset.StandardCharsets.US_ASCII)).get(0);
    }

    private static List<X509Certificate> parse(byte[] pem) throws Exception {
        return CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem)).stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    @SuppressWarnings("JavaUtilDate") // PKIXParameters takes no Instant.
    private static void validate(List<X509Certificate> chain, X509Certificate root) throws Exception {
        CertPath path = CertificateFactory.getInstance("X.509").generateCertPath(chain.subList(0, chain.size() - 1));
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(TIME));
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }
}
