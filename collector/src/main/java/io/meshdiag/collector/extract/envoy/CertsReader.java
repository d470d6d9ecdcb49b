package io.meshdiag.collector.extract.envoy;

import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.schema.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Envoy's {@code /certs}: the first loaded certificate with a SPIFFE identity. */
final class CertsReader {
    private static final int MAX_URIS = 20;

    private CertsReader() {}

    /** Null when no loaded chain carries a SPIFFE identity. */
    static CertificateInfo workloadCertificate(InputStream page) throws IOException, UnreadablePageException {
        CertificateInfo[] found = {null};
        boolean[] recognized = {false};
        JsonPage.read(
                page,
                root -> root.fields(key -> {
                    if (key.equals("certificates")) {
                        recognized[0] = true;
                        root.elements(() -> root.fields(part -> {
                            if (part.equals("certchain")) {
                                root.elements(() -> {
                                    CertificateInfo certificate = details(root);
                                    if (found[0] == null && isWorkload(certificate)) {
                                        found[0] = certificate;
                                    }
                                });
                            }
                        }));
                    }
                }));
        if (!recognized[0]) {
            throw new UnreadablePageException("no array \"certificates\": not Envoy's /certs");
        }
        return found[0];
    }

    private static boolean isWorkload(CertificateInfo certificate) {
        return certificate.getUris().stream().anyMatch(uri -> uri.startsWith("spiffe://"));
    }

    private static CertificateInfo details(JsonCursor json) throws IOException, UnreadablePageException {
        List<String> uris = new ArrayList<>();
        String[] serial = {""};
        Instant[] validity = {null, null};
        json.fields(key -> {
            switch (key) {
                case "serialnumber" -> serial[0] = hex(json.textOrEmpty());
                case "validfrom" -> validity[0] = json.time();
                case "expirationtime" -> validity[1] = json.time();
                case "subjectaltnames" ->
                    json.elements(() -> json.fields(san -> {
                        if (san.equals("uri") && uris.size() < MAX_URIS) {
                            uris.add(Printable.shorten(json.textOrEmpty(), 512));
                        }
                    }));
                default -> {}
            }
        });
        return CertificateInfo.newBuilder()
                .setSubject("")
                .setIssuer("")
                .setSerial(serial[0])
                .setUris(uris)
                .setNotBefore(validity[0])
                .setNotAfter(validity[1])
                .build();
    }

    /** Without leading zeros, lower case. */
    private static String hex(String serial) {
        String digits = serial.toLowerCase(Locale.ROOT).replaceFirst("^0+(?=.)", "");
        return digits.matches("[0-9a-f]{1,64}") ? digits : "";
    }
}
