package io.meshdiag.processor.detect.trust;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RootUse;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One cluster's trust with its sets made once, because it takes part in many pairs. */
final class TrustSide {
    final ClusterSummary cluster;
    /** Roots that its workloads' certificates descend from; where no chain was seen, those that they trust. Empty when chains end in a root that was not seen. */
    final List<RootUse> signers;

    private final Set<String> trusted;
    private final Set<String> trustedNames;
    private final Set<String> signing;
    private final Set<String> signerNames;

    TrustSide(ClusterSummary cluster) {
        this.cluster = cluster;
        Set<String> tops = tops(Trust.issuers(cluster));
        this.signers = chainSeen()
                ? Trust.roots(cluster).stream()
                        .filter(r -> tops.contains(r.getCertificate().getSubject()))
                        .toList()
                : Trust.roots(cluster);
        this.trusted = Trust.prints(Trust.roots(cluster));
        this.trustedNames = Trust.roots(cluster).stream()
                .map(r -> r.getCertificate().getSubject())
                .collect(Collectors.toSet());
        this.signing = Trust.prints(signers);
        // A bundle may hold an intermediate, or the chain its own root.
        this.signing.addAll(Trust.prints(Trust.issuers(cluster)));
        // Where the signing root itself was never seen, its name is all there is: the same name gets the benefit of
        // the doubt.
        this.signerNames = chainSeen() && signers.isEmpty() ? tops : Set.of();
    }

    boolean chainSeen() {
        return !Trust.issuers(cluster).isEmpty();
    }

    /** Whether the certificates of the server's workloads descend from a root that is trusted here. */
    boolean accepts(TrustSide server) {
        return !Collections.disjoint(trusted, server.signing)
                || !Collections.disjoint(trustedNames, server.signerNames);
    }

    /** Roots that are trusted here, by key. Of several with one key the one that is valid longest. */
    Map<String, CertificateInfo> trustedByKey() {
        Map<String, CertificateInfo> byKey = new TreeMap<>();
        Trust.roots(cluster)
                .forEach(use -> byKey.merge(Trust.key(use.getCertificate()), use.getCertificate(), TrustSide::longer));
        return byKey;
    }

    /** Holders that trust the root with this key. */
    int holders(String key) {
        return Trust.roots(cluster).stream()
                .filter(use -> Trust.key(use.getCertificate()).equals(key))
                .mapToInt(RootUse::getHolders)
                .max()
                .orElse(0);
    }

    /** Proxies whose certificate was seen to descend from a root, by the root's key. A root that shows in no chain goes by its name. */
    Map<String, Integer> leavesByKey() {
        Map<String, Integer> leaves = new TreeMap<>();
        List<RootUse> chains = Trust.issuers(cluster);
        chains.stream()
                .filter(use -> isRoot(use.getCertificate()))
                .forEach(use -> leaves.merge(Trust.key(use.getCertificate()), use.getHolders(), Integer::sum));
        Set<String> inChains = chains.stream()
                .map(u -> u.getCertificate().getSubject())
                .collect(Collectors.toCollection(HashSet::new));
        chains.stream()
                .filter(use -> !isRoot(use.getCertificate())
                        && !inChains.contains(use.getCertificate().getIssuer()))
                .forEach(use -> named(use.getCertificate().getIssuer())
                        .forEach(key -> leaves.merge(key, use.getHolders(), Integer::sum)));
        return leaves;
    }

    /** Keys of the trusted root of this name; of several nobody can say which one signed. */
    private List<String> named(String subject) {
        List<String> keys = trustedByKey().entrySet().stream()
                .filter(e -> e.getValue().getSubject().equals(subject))
                .map(Map.Entry::getKey)
                .toList();
        return keys.size() == 1 ? keys : List.of();
    }

    private static boolean isRoot(CertificateInfo certificate) {
        return certificate.getSubject().equals(certificate.getIssuer());
    }

    private static CertificateInfo longer(CertificateInfo one, CertificateInfo other) {
        boolean otherIsLonger = one.getNotAfter() != null
                && (other.getNotAfter() == null || other.getNotAfter().isAfter(one.getNotAfter()));
        return otherIsLonger ? other : one;
    }

    /** Names of the roots above these chains: issuers that are not in the chains themselves, and roots that are. */
    private static Set<String> tops(List<RootUse> issuers) {
        Set<String> inChains = issuers.stream()
                .map(RootUse::getCertificate)
                .filter(c -> !isRoot(c))
                .map(CertificateInfo::getSubject)
                .collect(Collectors.toSet());
        return issuers.stream()
                .map(u -> u.getCertificate().getIssuer())
                .filter(issuer -> !inChains.contains(issuer))
                .collect(Collectors.toSet());
    }
}
