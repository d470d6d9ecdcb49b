package io.meshdiag.processor.scope;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.state.RootUse;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Trust of a whole cluster in a few certificates: roots that namespaces and proxies trust, and certificates above the leaves that proxies
 * present. Once per certificate, with the number of holders and a few of their names.
 */
final class TrustRollup {
    private static final int SAMPLES = 5;
    private static final int CERTIFICATES = 50;
    private static final Set<TrustHolder> TRUSTING =
            EnumSet.of(TrustHolder.NAMESPACE, TrustHolder.PROXY, TrustHolder.VM);

    private final Map<String, Use> trusted = new TreeMap<>();
    private final Map<String, Use> issuers = new TreeMap<>();
    private final Map<String, Use> ztunnelTrusted = new TreeMap<>();
    private int trustHolders;
    private int ztunnels;

    /** A certificate and who holds it. */
    private record Use(CertificateInfo certificate, TreeSet<String> holders) {}

    TrustRollup(List<TrustBundle> bundles) {
        for (TrustBundle bundle : bundles) {
            String holder = bundle.getNamespace() + "/" + bundle.getName();
            if (TRUSTING.contains(bundle.getHolder())) {
                bundle.getTrustedRoots().forEach(root -> add(trusted, root, holder));
                trustHolders += bundle.getTrustedRoots().isEmpty() ? 0 : 1;
            }
            if (bundle.getHolder() == TrustHolder.ZTUNNEL) {
                bundle.getTrustedRoots().forEach(root -> add(ztunnelTrusted, root, holder));
                ztunnels += bundle.getTrustedRoots().isEmpty() ? 0 : 1;
            }
            if (bundle.getHolder() == TrustHolder.PROXY) {
                bundle.getIssuingChain().forEach(issuer -> add(issuers, issuer, holder));
            }
        }
    }

    List<RootUse> trustedRoots() {
        return uses(trusted);
    }

    List<RootUse> issuers() {
        return uses(issuers);
    }

    /** Not among the trusted ones: a ztunnel judges by its own. */
    List<RootUse> ztunnelRoots() {
        return uses(ztunnelTrusted);
    }

    int ztunnels() {
        return ztunnels;
    }

    int trustHolders() {
        return trustHolders;
    }

    private static void add(Map<String, Use> uses, CertificateInfo certificate, String holder) {
        uses.computeIfAbsent(identity(certificate), id -> new Use(certificate, new TreeSet<>()))
                .holders()
                .add(holder);
    }

    /** Envoy's /certs page shows no body, hence no fingerprint: then subject, issuer and serial tell certificates apart. */
    private static String identity(CertificateInfo certificate) {
        return certificate.getSha256() != null
                ? certificate.getSha256()
                : certificate.getIssuer() + "\n" + certificate.getSerial() + "\n" + certificate.getSubject();
    }

    private static List<RootUse> uses(Map<String, Use> uses) {
        return uses.values().stream()
                .limit(CERTIFICATES)
                .map(use -> RootUse.newBuilder()
                        .setCertificate(use.certificate())
                        .setHolders(use.holders().size())
                        .setSamples(use.holders().stream().limit(SAMPLES).toList())
                        .build())
                .toList();
    }
}
