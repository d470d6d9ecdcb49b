package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RootUse;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What clusters trust and by whom they are signed, compared as sets of fingerprints. */
final class Trust {
    private static final int SHOWN = 4;

    private Trust() {}

    /**
     * Clusters that are known to be meant as one mesh. Where nobody sets a mesh id it is the trust domain, so that all default installations of
     * the world have the same: there only clusters count that are linked with another one.
     */
    static List<ClusterSummary> members(MeshView view) {
        Set<String> linked = new HashSet<>();
        view.clusters().stream().filter(c -> !c.getLinkedTo().isEmpty()).forEach(c -> {
            linked.add(c.getClusterId());
            linked.addAll(c.getLinkedTo());
        });
        return view.clusters().stream()
                .filter(c -> !view.mesh().equals(c.getTrustDomain()) || linked.contains(c.getClusterId()))
                .toList();
    }

    /** Roots that the cluster's workloads trust. Some sources show no certificate body, hence no fingerprint: those cannot be compared. */
    static List<RootUse> roots(ClusterSummary cluster) {
        return comparable(cluster.getTrustedRoots());
    }

    /** Certificates above the workloads' own, as far as they can be compared. */
    static List<RootUse> issuers(ClusterSummary cluster) {
        return comparable(cluster.getIssuers());
    }

    private static List<RootUse> comparable(List<RootUse> uses) {
        return uses.stream().filter(u -> u.getCertificate().getSha256() != null).toList();
    }

    /** Fingerprints of certificates and of their keys: a root that was issued again with the same key is the same root. */
    static Set<String> prints(List<RootUse> uses) {
        Set<String> prints = new HashSet<>();
        uses.stream().map(RootUse::getCertificate).forEach(c -> {
            prints.add(c.getSha256());
            if (c.getSpkiSha256() != null) {
                prints.add(c.getSpkiSha256());
            }
        });
        return prints;
    }

    /** Adds to the verdict what a cluster trusts, root by root. */
    static void show(VerdictBuilder verdict, ClusterSummary cluster, String verb, List<RootUse> uses) {
        uses.stream()
                .limit(SHOWN)
                .forEach(use -> verdict.evidence(
                        cluster,
                        "TrustBundle",
                        String.join(", ", use.getSamples()),
                        cluster.getClusterId() + " " + verb + " " + describe(use.getCertificate()) + ", "
                                + use.getHolders() + " holder(s)"));
    }

    /** Subject, beginning of the fingerprint and end of validity. */
    static String describe(CertificateInfo certificate) {
        return "'" + certificate.getSubject() + "' " + shortPrint(certificate)
                + (certificate.getNotAfter() == null ? "" : ", valid until " + certificate.getNotAfter());
    }

    /** Subject and beginning of the fingerprint. */
    static String name(CertificateInfo certificate) {
        return "'" + certificate.getSubject() + "' "
                + (certificate.getSha256() == null ? "(no fingerprint)" : shortPrint(certificate));
    }

    /** Beginnings of the fingerprints, for one line of text. */
    static String shortPrints(List<RootUse> uses) {
        if (uses.isEmpty()) {
            return "(not seen)";
        }
        String shown = uses.stream()
                .limit(SHOWN)
                .map(u -> shortPrint(u.getCertificate()))
                .collect(Collectors.joining(", "));
        return uses.size() > SHOWN ? shown + " and " + (uses.size() - SHOWN) + " more" : shown;
    }

    /** Names of holders of these certificates, as namespace/name@cluster. */
    static Stream<String> holders(ClusterSummary cluster, List<RootUse> uses) {
        return uses.stream()
                .flatMap(u -> u.getSamples().stream())
                .distinct()
                .sorted()
                .map(s -> s + "@" + cluster.getClusterId());
    }

    /** What makes a root the same root: its key. One that was issued again with the same key verifies the same certificates. */
    static String key(CertificateInfo certificate) {
        return certificate.getSpkiSha256() == null ? certificate.getSha256() : certificate.getSpkiSha256();
    }

    /** Part of a scope key that stands for a root. */
    static String scopeKey(String rootKey) {
        return "root|" + rootKey.substring(0, Math.min(16, rootKey.length()));
    }

    /** Prints every root that the cluster trusts. */
    static String showRoot(ClusterSummary cluster) {
        return kubectlAtIstiod(cluster)
                + " get configmap istio-ca-root-cert --output=jsonpath='{.data.root-cert\\.pem}'"
                + " | openssl storeutl -noout -text -certs /dev/stdin"
                + " | grep --extended-regexp --after-context=1 'Subject:|Not After|Subject Key Identifier'";
    }

    /** Namespaces with workloads that hold one of these certificates, at most three; the istiod namespace is no workload's. */
    static List<String> namespaces(ClusterSummary cluster, List<RootUse> uses) {
        return uses.stream()
                .flatMap(u -> u.getSamples().stream())
                .filter(s -> s.indexOf('/') > 0)
                .map(s -> s.substring(0, s.indexOf('/')))
                .filter(ns -> !cluster.getIstiodNamespaces().contains(ns))
                .distinct()
                .sorted()
                .limit(3)
                .toList();
    }

    private static String shortPrint(CertificateInfo certificate) {
        String print = certificate.getSha256();
        return "sha256:" + print.substring(0, Math.min(16, print.length()));
    }
}
