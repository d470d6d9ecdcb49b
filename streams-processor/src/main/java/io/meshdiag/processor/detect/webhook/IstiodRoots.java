package io.meshdiag.processor.detect.webhook;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import java.util.List;
import java.util.Objects;

/** Roots that istiod's own serving certificate descends from: what istiod wrote into the ConfigMap istio-ca-root-cert. */
final class IstiodRoots {
    private final ClusterView view;
    private final List<Row<TrustBundle>> bundles;

    IstiodRoots(ClusterView view) {
        this.view = view;
        this.bundles = view.rows(TrustBundle.class).stream()
                .filter(r -> r.fact().getHolder() == TrustHolder.NAMESPACE)
                .filter(r -> !r.fact().getTrustedRoots().isEmpty())
                .toList();
    }

    /** Bundles that count for an istiod of that namespace: its own namespace's, else of any istiod namespace, else of any namespace. */
    List<Row<TrustBundle>> of(String istiodNamespace) {
        List<Row<TrustBundle>> own = inNamespaces(List.of(istiodNamespace));
        if (!own.isEmpty()) {
            return own;
        }
        List<Row<TrustBundle>> ofIstiods = inNamespaces(view.cluster().getIstiodNamespaces());
        return ofIstiods.isEmpty() ? bundles : ofIstiods;
    }

    private List<Row<TrustBundle>> inNamespaces(List<String> namespaces) {
        return bundles.stream()
                .filter(r -> namespaces.contains(r.fact().getNamespace()))
                .toList();
    }

    /** True when one of the bundles holds this certificate, or one of the same name and key (a root that was issued again). */
    static boolean holds(List<Row<TrustBundle>> bundles, CertificateInfo certificate) {
        return bundles.stream()
                .flatMap(r -> r.fact().getTrustedRoots().stream())
                .anyMatch(root -> same(root.getSha256(), certificate.getSha256())
                        || (same(root.getSpkiSha256(), certificate.getSpkiSha256())
                                && root.getSubject().equals(certificate.getSubject())));
    }

    private static boolean same(String print, String other) {
        return print != null && Objects.equals(print, other);
    }
}
