package io.meshdiag.collector.extract.kubernetes;

import io.meshdiag.collector.extract.FactSink;
import io.meshdiag.collector.extract.Origin;
import io.meshdiag.collector.extract.x509.Certificates;
import io.meshdiag.collector.extract.x509.UnreadableCertificateException;
import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.schema.Digests;
import java.util.List;

/** TrustBundle of a namespace: ConfigMap istio-ca-root-cert, the public copy of what the namespace's workloads trust. */
final class TrustBundles implements Extractor {
    static final String CONFIG_MAP = "istio-ca-root-cert";
    private static final int MAX_ROOTS = 50;

    @Override
    public void extract(KubernetesObject object, Origin origin, FactSink facts) {
        if (!object.kind().equals("ConfigMap") || !object.name().equals(CONFIG_MAP)) {
            return;
        }
        List<CertificateInfo> roots =
                roots(object.json().path("data").path("root-cert.pem").asText());
        facts.accept(Digests.stamp(TrustBundle.newBuilder()
                .setHeader(
                        origin.seenBy(origin.observer(), "kubernetes:ConfigMap").header())
                .setHolder(TrustHolder.NAMESPACE)
                .setNamespace(object.namespace())
                .setName(object.name())
                .setTrustedRoots(roots.stream().limit(MAX_ROOTS).toList())
                .setTrustedRootsCount(roots.size())
                .build()));
    }

    /** A bundle that cannot be read trusts nobody: Envoy refuses it as well. */
    private static List<CertificateInfo> roots(String pem) {
        try {
            return Certificates.distinct(Certificates.parsePem(pem));
        } catch (UnreadableCertificateException e) {
            return List.of();
        }
    }
}
