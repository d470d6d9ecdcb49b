package io.meshdiag.collector.extract.ztunnel;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.PageParser;
import io.meshdiag.collector.extract.UnreadablePageException;
import io.meshdiag.collector.extract.json.JsonCursor;
import io.meshdiag.collector.extract.json.JsonPage;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.UnreadableCertificateException;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.schema.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * ztunnel's {@code /config_dump} → TrustBundle: the roots by which it judges its peers, and the chains above the leaves that it presents for the workloads
 * of its node. Everything else of the page is skipped.
 *
 * <p>A certificate of the list has {@code certChain}, leaf first, and {@code rootCerts}; older versions have no {@code rootCerts}, and the last of the chain
 * is the root (istio: istioctl/pkg/writer/ztunnel/configdump/certificates.go).
 */
public final class ZtunnelDumpPage implements PageParser {
    private static final int MAX_CERTIFICATES = 50;

    private final String namespace;
    private final String pod;

    public ZtunnelDumpPage(String namespace, String pod) {
        this.namespace = namespace;
        this.pod = pod;
    }

    @Override
    public void parse(InputStream page, Origin origin, FactSink facts) throws IOException, UnreadablePageException {
        List<CertificateInfo> roots = new ArrayList<>();
        List<CertificateInfo> issuers = new ArrayList<>();
        boolean[] listed = {false};
        JsonPage.read(
                page,
                json -> json.fields(key -> {
                    if (key.equals("certificates")) {
                        listed[0] = true;
                        json.elements(() -> certificate(json, roots, issuers));
                    }
                }));
        if (!listed[0]) {
            throw new UnreadablePageException(
                    "no list of certificates in it: not the dump of a ztunnel, or of one before 1.20");
        }
        List<CertificateInfo> trusted = Certificates.distinct(roots);
        if (trusted.isEmpty()) {
            // Without a certificate it has no roots yet: that it trusts nobody would be the wrong conclusion.
            return;
        }
        facts.accept(Digests.stamp(TrustBundle.newBuilder()
                .setHeader(origin.header())
                .setHolder(TrustHolder.ZTUNNEL)
                .setNamespace(namespace)
                .setName(pod)
                .setTrustedRoots(trusted.stream().limit(MAX_CERTIFICATES).toList())
                .setTrustedRootsCount(trusted.size())
                .setIssuingChain(Certificates.distinct(issuers).stream()
                        .limit(MAX_CERTIFICATES)
                        .toList())
                .build()));
    }

    private static void certificate(JsonCursor json, List<CertificateInfo> roots, List<CertificateInfo> issuers)
            throws IOException, UnreadablePageException {
        List<CertificateInfo> chain = new ArrayList<>();
        List<CertificateInfo> told = new ArrayList<>();
        json.fields(key -> {
            switch (key) {
                case "certchain" -> json.elements(() -> pem(json, chain));
                case "rootcerts" -> json.elements(() -> pem(json, told));
                default -> {}
            }
        });
        if (told.isEmpty() && chain.size() > 1) {
            told.add(chain.remove(chain.size() - 1));
        }
        roots.addAll(told);
        issuers.addAll(chain.subList(Math.min(1, chain.size()), chain.size()));
    }

    /** One that does not parse gives nothing: the others stand. */
    private static void pem(JsonCursor json, List<CertificateInfo> into) throws IOException, UnreadablePageException {
        json.fields(key -> {
            if (key.equals("pem")) {
                try {
                    into.addAll(Certificates.parsePem(String.valueOf(json.text())));
                } catch (UnreadableCertificateException e) {
                    into.clear();
                }
            }
        });
    }
}
