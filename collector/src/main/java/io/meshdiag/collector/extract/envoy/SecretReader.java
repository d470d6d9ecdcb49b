package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.UnreadableCertificateException;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The certificates of Envoy's secrets {@code default} and {@code ROOTCA}, and the names of secrets that never arrived. It asks for certificate chains and
 * trusted CAs by name; private keys, passwords, PKCS#12, session tickets and generic secrets have no branch here, so they are never decoded.
 */
final class SecretReader {
    private static final String WORKLOAD = "default";
    private static final String TRUST = "ROOTCA";
    private static final int MAX_WARMING = 20;

    private final List<CertificateInfo> chain = new ArrayList<>();
    private final List<CertificateInfo> roots = new ArrayList<>();
    private final List<String> warming = new ArrayList<>();
    private String trustDomain;

    List<CertificateInfo> chain() {
        return chain;
    }

    List<CertificateInfo> roots() {
        return roots;
    }

    List<String> warming() {
        return warming;
    }

    /** Name of a SPIFFE validator's trust domain; null when there is none or more than one. */
    String trustDomain() {
        return trustDomain;
    }

    void active(JsonCursor json) throws IOException, UnreadablePageException {
        Found found = read(json);
        if (found.name.equals(WORKLOAD) && chain.isEmpty()) {
            chain.addAll(found.chain);
        }
        if (found.name.equals(TRUST)) {
            roots.addAll(found.roots);
            trustDomain = found.trustDomains.size() == 1 ? found.trustDomains.get(0) : null;
        }
    }

    void warming(JsonCursor json) throws IOException, UnreadablePageException {
        Found found = read(json);
        if (warming.size() < MAX_WARMING) {
            warming.add(Printable.shorten(found.name, 300));
        }
    }

    private static final class Found {
        private String name = "";
        private final List<CertificateInfo> chain = new ArrayList<>();
        private final List<CertificateInfo> roots = new ArrayList<>();
        private final List<String> trustDomains = new ArrayList<>();
    }

    private static Found read(JsonCursor json) throws IOException, UnreadablePageException {
        Found found = new Found();
        json.fields(key -> {
            switch (key) {
                case "name" -> found.name = json.textOrEmpty();
                case "secret" ->
                    json.fields(inner -> {
                        switch (inner) {
                            case "name" -> found.name = json.textOrEmpty();
                            case "tlscertificate" ->
                                json.fields(part -> {
                                    if (part.equals("certificatechain")) {
                                        found.chain.addAll(dataSource(json));
                                    }
                                });
                            case "validationcontext" -> validation(json, found);
                            default -> {}
                        }
                    });
                default -> {}
            }
        });
        return found;
    }

    private static void validation(JsonCursor json, Found found) throws IOException, UnreadablePageException {
        json.fields(key -> {
            switch (key) {
                case "trustedca" -> found.roots.addAll(dataSource(json));
                case "customvalidatorconfig" ->
                    json.fields(inner -> {
                        if (inner.equals("typedconfig")) {
                            json.fields(spiffe -> {
                                if (spiffe.equals("trustdomains")) {
                                    json.elements(() -> trustDomain(json, found));
                                }
                            });
                        }
                    });
                default -> {}
            }
        });
    }

    private static void trustDomain(JsonCursor json, Found found) throws IOException, UnreadablePageException {
        json.fields(key -> {
            switch (key) {
                case "name" -> found.trustDomains.add(json.textOrEmpty());
                case "trustbundle" -> found.roots.addAll(dataSource(json));
                default -> {}
            }
        });
    }

    /** A DataSource; one that names a file, or does not parse, gives nothing: the dump's other facts stand. */
    private static List<CertificateInfo> dataSource(JsonCursor json) throws IOException, UnreadablePageException {
        List<CertificateInfo> certificates = new ArrayList<>();
        json.fields(key -> {
            try {
                switch (key) {
                    case "inlinebytes" -> certificates.addAll(Certificates.parseBase64Pem(String.valueOf(json.text())));
                    case "inlinestring" -> certificates.addAll(Certificates.parsePem(String.valueOf(json.text())));
                    default -> {}
                }
            } catch (UnreadableCertificateException e) {
                certificates.clear();
            }
        });
        return certificates;
    }
}
