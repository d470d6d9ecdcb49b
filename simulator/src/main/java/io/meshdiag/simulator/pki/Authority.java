package io.meshdiag.simulator.pki;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.bc.BcX509ExtensionUtils;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.operator.OperatorCreationException;

/** A certificate authority with EC keys: a root, or an intermediate below one. Times are the scenario's. */
public final class Authority {
    private static final X500Name EMPTY = new X500Name("");

    private final AsymmetricCipherKeyPair keys;
    private final List<X509CertificateHolder> chain;
    private final String seed;
    private final Map<String, List<X509CertificateHolder>> issued = new ConcurrentHashMap<>();

    private Authority(AsymmetricCipherKeyPair keys, List<X509CertificateHolder> chain, String seed) {
        this.keys = keys;
        this.chain = chain;
        this.seed = seed;
    }

    /** A self-signed root; the same seed gives the same certificate. */
    public static Authority root(String subject, Instant from, Duration lifetime, String seed) {
        SecureRandom random = new SeededRandom(seed);
        AsymmetricCipherKeyPair keys = EcKeys.generate(random);
        X500Name name = new X500Name(subject);
        var certificate = sign(keys, keys, name, null, name, from, from.plus(lifetime), ca(), random);
        return new Authority(keys, List.of(certificate), seed);
    }

    /** An intermediate that this authority signs, as in the Secret cacerts of one cluster. */
    public Authority intermediate(String subject, Instant from, Duration lifetime, String seed) {
        SecureRandom own = new SeededRandom(seed);
        AsymmetricCipherKeyPair ownKeys = EcKeys.generate(own);
        List<X509CertificateHolder> whole = new ArrayList<>();
        whole.add(sign(
                keys, ownKeys, issuer(), chain.get(0), new X500Name(subject), from, from.plus(lifetime), ca(), own));
        whole.addAll(chain);
        return new Authority(ownKeys, List.copyOf(whole), seed);
    }

    /**
     * A workload's chain, leaf first and root last, as istiod answers a signing request. One certificate serves all
     * workloads of a service account: making thousands of keys would take longer than all the rest.
     */
    public List<X509CertificateHolder> workload(String spiffeId, Instant from, Instant until) {
        return issued.computeIfAbsent(spiffeId + "@" + from, id -> issue(spiffeId, from, until));
    }

    private List<X509CertificateHolder> issue(String spiffeId, Instant from, Instant until) {
        return credential(spiffeId, from, until).chain();
    }

    /** A certificate with its key, for a server to show. */
    public record Credential(String keyPem, List<X509CertificateHolder> chain) {}

    /** As {@link #workload}, with the key. */
    public Credential credential(String spiffeId, Instant from, Instant until) {
        SecureRandom random = new SeededRandom(seed + "/" + spiffeId);
        List<Ext> extensions = List.of(
                new Ext(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment)),
                new Ext(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                })),
                new Ext(Extension.basicConstraints, true, new BasicConstraints(false)),
                // Critical because the subject is empty.
                new Ext(
                        Extension.subjectAlternativeName,
                        true,
                        new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, spiffeId))));
        AsymmetricCipherKeyPair own = EcKeys.generate(random);
        List<X509CertificateHolder> whole = new ArrayList<>();
        whole.add(sign(keys, own, issuer(), chain.get(0), EMPTY, from, until, extensions, random));
        whole.addAll(chain);
        return new Credential(Pem.key(own.getPrivate()), List.copyOf(whole));
    }

    /** This authority's certificate, and those above it up to the root. */
    public List<X509CertificateHolder> chain() {
        return chain;
    }

    public X509CertificateHolder certificate() {
        return chain.get(0);
    }

    public X509CertificateHolder root() {
        return chain.get(chain.size() - 1);
    }

    /** The key as PEM: only for the Secrets of an archive taken with --full-secrets. */
    public String keyPem() {
        return Pem.key(keys.getPrivate());
    }

    private X500Name issuer() {
        return certificate().getSubject();
    }

    private record Ext(
            org.bouncycastle.asn1.ASN1ObjectIdentifier oid,
            boolean critical,
            org.bouncycastle.asn1.ASN1Encodable value) {}

    private static List<Ext> ca() {
        return List.of(
                new Ext(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)),
                new Ext(Extension.basicConstraints, true, new BasicConstraints(true)));
    }

    @SuppressWarnings("JavaUtilDate") // BouncyCastle's builder takes no Instant.
    private static X509CertificateHolder sign(
            AsymmetricCipherKeyPair issuerKeys,
            AsymmetricCipherKeyPair keys,
            X500Name issuer,
            X509CertificateHolder issuerCertificate,
            X500Name subject,
            Instant from,
            Instant until,
            List<Ext> extensions,
            SecureRandom random) {
        try {
            var info = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(keys.getPublic());
            BigInteger serial = new BigInteger(127, random);
            var builder =
                    new X509v3CertificateBuilder(issuer, serial, Date.from(from), Date.from(until), subject, info);
            for (Ext extension : extensions) {
                builder.addExtension(extension.oid(), extension.critical(), extension.value());
            }
            var identifiers = new BcX509ExtensionUtils();
            builder.addExtension(Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(info));
            if (issuerCertificate != null) {
                builder.addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        identifiers.createAuthorityKeyIdentifier(issuerCertificate));
            }
            return builder.build(EcKeys.signer(issuerKeys.getPrivate()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("ECDSA with SHA-256 is always there", e);
        }
    }
}
