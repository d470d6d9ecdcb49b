package io.meshdiag.collector.extract.x509;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A small CA for tests. */
public final class TestCertificates {
    public static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    public static final Instant UNTIL = Instant.parse("2036-01-01T00:00:00Z");

    /** A certificate with the key that it certifies. */
    public record Identity(X509Certificate certificate, KeyPair keys) {
        public String pem() {
            return armor("CERTIFICATE", encoded());
        }

        public String keyPem() {
            return armor("PRIVATE KEY", keys.getPrivate().getEncoded());
        }

        private byte[] encoded() {
            try {
                return certificate.getEncoded();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private TestCertificates() {}

    public static Identity root(String commonName) {
        KeyPair keys = keys();
        return new Identity(sign("CN=" + commonName, "CN=" + commonName, keys, keys, null), keys);
    }

    public static Identity intermediate(Identity issuer, String commonName) {
        KeyPair keys = keys();
        String issuerName = issuer.certificate().getSubjectX500Principal().getName();
        return new Identity(sign("CN=" + commonName, issuerName, keys, issuer.keys(), null), keys);
    }

    public static Identity leaf(Identity issuer, String spiffeId) {
        return leaf(issuer, new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId));
    }

    /** Of a server with this name in DNS. */
    public static Identity server(Identity issuer, String name) {
        return leaf(issuer, new GeneralName(GeneralName.dNSName, name));
    }

    private static Identity leaf(Identity issuer, GeneralName name) {
        KeyPair keys = keys();
        String issuerName = issuer.certificate().getSubjectX500Principal().getName();
        return new Identity(sign("", issuerName, keys, issuer.keys(), name), keys);
    }

    public static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate sign(
            String subject, String issuer, KeyPair keys, KeyPair issuerKeys, GeneralName name) {
        JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                new X500Principal(issuer),
                new BigInteger(160, new java.security.SecureRandom()).setBit(159),
                Date.from(FROM),
                Date.from(UNTIL),
                new X500Principal(subject),
                keys.getPublic());
        try {
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(name == null));
            if (name != null) {
                builder.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(name));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(
                            new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String armor(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }
}
