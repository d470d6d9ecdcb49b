package io.meshdiag.processor.detect.trust;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.IstiodInstance;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RootUse;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * When a certificate ends that certificates of a cluster descend from.
 *
 * @param scopeKey same for one certificate in all clusters
 * @param what begins a sentence
 * @param root false for an intermediate CA
 * @param at end of its validity
 * @param source kind of the facts that say so
 * @param holders workloads and namespaces that were seen with it
 */
record CaEnd(
        ClusterSummary cluster,
        String scopeKey,
        String what,
        boolean root,
        Instant at,
        String source,
        int holders,
        List<String> samples,
        String text) {

    /** All of a cluster. istiod's own metrics count where they say what no certificate says that was seen: they give an end, and no name. */
    static Stream<CaEnd> of(MeshView view, ClusterSummary cluster) {
        List<CaEnd> seen = Stream.concat(roots(cluster), intermediates(cluster)).toList();
        Set<Long> known = new HashSet<>();
        Stream.concat(cluster.getTrustedRoots().stream(), cluster.getIssuers().stream())
                .map(use -> use.getCertificate().getNotAfter())
                .filter(Objects::nonNull)
                .forEach(at -> known.add(at.getEpochSecond()));
        Stream<CaEnd> told = view.rows(IstiodInstance.class, cluster).stream()
                .map(row -> row.fact())
                .flatMap(istiod -> Stream.of(
                                told(cluster, istiod, istiod.getRootCertNotAfter(), true),
                                told(cluster, istiod, istiod.getCertChainNotAfter(), false))
                        .flatMap(List::stream))
                .filter(end -> !known.contains(end.at().getEpochSecond()));
        return Stream.concat(seen.stream(), told);
    }

    private static Stream<CaEnd> roots(ClusterSummary cluster) {
        TrustSide side = new TrustSide(cluster);
        Map<String, CertificateInfo> trusted = side.trustedByKey();
        Set<String> inUse = side.chainSeen() ? side.leavesByKey().keySet() : trusted.keySet();
        return trusted.entrySet().stream()
                .filter(e -> inUse.contains(e.getKey()) && e.getValue().getNotAfter() != null)
                .map(e -> seen(
                        cluster,
                        Trust.scopeKey(e.getKey()),
                        "The root certificate",
                        true,
                        e.getValue(),
                        side.holders(e.getKey()),
                        List.of("istio-ca-root-cert")));
    }

    private static Stream<CaEnd> intermediates(ClusterSummary cluster) {
        return Trust.issuers(cluster).stream()
                .filter(use -> !use.getCertificate()
                        .getSubject()
                        .equals(use.getCertificate().getIssuer()))
                .filter(use -> use.getCertificate().getNotAfter() != null)
                .map(use -> intermediate(cluster, use));
    }

    private static CaEnd intermediate(ClusterSummary cluster, RootUse use) {
        CertificateInfo certificate = use.getCertificate();
        String key = "ca|"
                + certificate
                        .getSha256()
                        .substring(0, Math.min(16, certificate.getSha256().length()));
        return seen(cluster, key, "The CA certificate", false, certificate, use.getHolders(), use.getSamples());
    }

    private static CaEnd seen(
            ClusterSummary cluster,
            String key,
            String what,
            boolean root,
            CertificateInfo certificate,
            int holders,
            List<String> samples) {
        String text = what + " is " + Trust.describe(certificate);
        return new CaEnd(cluster, key, what, root, certificate.getNotAfter(), "TrustBundle", holders, samples, text);
    }

    private static List<CaEnd> told(ClusterSummary cluster, IstiodInstance istiod, Instant at, boolean root) {
        // 0 and less: a metric that istiod has not set, or cannot (-1, a CA that it did not find).
        if (at == null || at.getEpochSecond() <= 0) {
            return List.of();
        }
        String what = root ? "The root certificate" : "The CA certificate";
        return List.of(new CaEnd(
                cluster,
                (root ? "istiod-root|" : "istiod-ca|") + Scopes.key(cluster),
                what,
                root,
                at,
                "IstiodInstance",
                0,
                List.of(istiod.getNamespace() + "/" + istiod.getName()),
                what + " of istiod " + istiod.getName() + " is valid until " + at + ", by istiod's metrics"));
    }
}
