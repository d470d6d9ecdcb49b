package io.meshdiag.collector.extract.x509;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.schema.Digests;
import io.meshdiag.schema.Printable;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM certificates. Other PEM blocks (keys among them) and text around the blocks are passed over without being decoded. */
public final class Certificates {
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([^-]*)-----END (?:X509 |TRUSTED )?CERTIFICATE-----");
    private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
    private static final int SAN_DNS = 2;
    private static final int SAN_URI = 6;
    private static final int MAX_NAMES = 20;
    private static final int MAX_NAME_LENGTH = 512;

    private Certificates() {}

    /** As {@link #parsePem(String)}, for the bytes of a file. */
    public static List<CertificateInfo> parsePem(byte[] pem) throws UnreadableCertificateException {
        return parsePem(new String(pem, StandardCharsets.ISO_8859_1));
    }

    /**
     * All certificates of a PEM text in its order, duplicates kept.
     *
     * @return empty when the text has no certificate block
     * @throws UnreadableCertificateException when a block is cut off or cannot be decoded; the message counts blocks from 1
     */
    public static List<CertificateInfo> parsePem(String pem) throws UnreadableCertificateException {
        List<CertificateInfo> certificates = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        int end = 0;
        while (block.find()) {
            certificates.add(parseDer(decode(block.group(1), certificates.size() + 1), certificates.size() + 1));
            end = block.end();
        }
        if (pem.indexOf(BEGIN, end) >= 0) {
            throw new UnreadableCertificateException(
                    "certificate block " + (certificates.size() + 1) + " is cut off: it has no END line");
        }
        return certificates;
    }

    /**
     * Certificates of a proto JSON {@code inline_bytes}: base64 of PEM.
     *
     * @throws UnreadableCertificateException when it is not base64, or as {@link #parsePem(String)}
     */
    public static List<CertificateInfo> parseBase64Pem(String inlineBytes) throws UnreadableCertificateException {
        try {
            return parsePem(Base64.getMimeDecoder().decode(inlineBytes));
        } catch (IllegalArgumentException e) {
            throw new UnreadableCertificateException("inline bytes are not base64");
        }
    }

    /** Without duplicates, sorted by fingerprint: the order of {@code TrustBundle.trustedRoots}. */
    public static List<CertificateInfo> distinct(Collection<CertificateInfo> certificates) {
        Map<String, CertificateInfo> byFingerprint = new TreeMap<>();
        for (CertificateInfo certificate : certificates) {
            byFingerprint.putIfAbsent(
                    certificate.getSha256() == null ? certificate.getSerial() : certificate.getSha256(), certificate);
        }
        return List.copyOf(byFingerprint.values());
    }

    private static byte[] decode(String base64, int number) throws UnreadableCertificateException {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new UnreadableCertificateException("certificate block " + number + " is not base64");
        }
    }

    private static CertificateInfo parseDer(byte[] der, int number) throws UnreadableCertificateException {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
            return describe(certificate);
        } catch (CertificateException e) {
            throw new UnreadableCertificateException("certificate block " + number + " is not an X.509 certificate");
        }
    }

    /** The public part of a certificate. */
    public static CertificateInfo describe(X509Certificate certificate) throws CertificateException {
        return CertificateInfo.newBuilder()
                .setSha256(Digests.sha256Hex(certificate.getEncoded()))
                .setSpkiSha256(Digests.sha256Hex(certificate.getPublicKey().getEncoded()))
                .setSubject(name(certificate.getSubjectX500Principal().getName()))
                .setIssuer(name(certificate.getIssuerX500Principal().getName()))
                .setSerial(certificate.getSerialNumber().toString(16))
                .setUris(alternativeNames(certificate, SAN_URI))
                .setDnsNames(alternativeNames(certificate, SAN_DNS))
                .setNotBefore(certificate.getNotBefore().toInstant())
                .setNotAfter(certificate.getNotAfter().toInstant())
                .setCa(certificate.getBasicConstraints() >= 0)
                .setSelfSigned(isSelfSigned(certificate))
                .build();
    }

    private static String name(String text) {
        return Printable.shorten(text, MAX_NAME_LENGTH);
    }

    private static List<String> alternativeNames(X509Certificate certificate, int type) throws CertificateException {
        Collection<List<?>> all = certificate.getSubjectAlternativeNames();
        if (all == null) {
            return List.of();
        }
        return all.stream()
                .filter(san -> Integer.valueOf(type).equals(san.get(0)))
                .map(san -> name((String) san.get(1)))
                .limit(MAX_NAMES)
                .toList();
    }

    private static boolean isSelfSigned(X509Certificate certificate) {
        if (!certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            // Same names but another key's signature: an intermediate of a CA that was re-keyed.
            return false;
        }
    }
}
