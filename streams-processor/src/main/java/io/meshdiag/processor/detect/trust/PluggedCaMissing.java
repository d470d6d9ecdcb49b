package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RootUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * TRU-02: one cluster still runs on the CA that istiod made for itself, while the others share a root.
 *
 * <p>A majority decides whose CA is the odd one: with two clusters nobody can tell, and TRU-01 stands alone. A plugged-in CA of another root
 * (secret cacerts) is somebody's decision and no forgotten step: also left to TRU-01.
 */
public final class PluggedCaMissing implements Detector<MeshView> {
    private static final String SELF_MADE = "istio-ca-secret";
    private static final String PLUGGED_IN = "cacerts";

    private static final Rule RULE = new Rule(
            "TRU-02",
            "PluggedCaMissing",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "A cluster runs on istiod's self-signed CA while the others share a root",
            "istiod makes a CA of its own when it finds no secret cacerts at its start. Such a root exists in that cluster only, so mTLS fails"
                    + " between it and every other cluster of the mesh, in both directions.",
            "Create the secret cacerts from a CA that the shared root has signed, restart istiod, then the workloads in waves. Until the last"
                    + " workload is restarted, keep the self-signed root in root-cert.pem beside the shared one.",
            Duration.ZERO,
            Duration.ofMinutes(2),
            Set.of(),
            List.of(
                    new Rule.Edge(
                            "TRU-01",
                            Rule.JoinOn.CLUSTER,
                            "the cluster's root is istiod's own, so no other cluster trusts it, and it trusts no other"),
                    new Rule.Edge(
                            "TRU-07",
                            Rule.JoinOn.CLUSTER,
                            "istiod gives the root that it makes the same name in every cluster")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<ClusterSummary> members = Trust.members(view);
        Map<String, List<ClusterSummary>> byPrint = new HashMap<>();
        for (ClusterSummary cluster : members) {
            Trust.prints(Trust.roots(cluster)).forEach(p -> byPrint.computeIfAbsent(p, x -> new ArrayList<>())
                    .add(cluster));
        }
        // The tie goes by fingerprint, not by the order of a hash map.
        Optional<Map.Entry<String, List<ClusterSummary>>> shared = byPrint.entrySet().stream()
                .filter(e -> e.getValue().size() >= 2)
                .max(Comparator.<Map.Entry<String, List<ClusterSummary>>>comparingInt(
                                e -> e.getValue().size())
                        .thenComparing(Map.Entry::getKey));
        return shared.stream().flatMap(group -> members.stream()
                .filter(c -> alone(c, byPrint) && selfSigned(c))
                .map(c -> judge(view, c, group.getKey(), group.getValue())));
    }

    private static boolean alone(ClusterSummary cluster, Map<String, List<ClusterSummary>> byPrint) {
        return Trust.prints(Trust.roots(cluster)).stream()
                .allMatch(p -> byPrint.get(p).size() == 1);
    }

    /** By the secret's name where it was seen; else by the form that istiod gives its own root: the trust domain as organization, no name. */
    private static boolean selfSigned(ClusterSummary cluster) {
        if (cluster.getCaSecret() != null) {
            return cluster.getCaSecret().equals(SELF_MADE);
        }
        List<RootUse> roots = Trust.roots(cluster);
        String trustDomain = cluster.getTrustDomain() == null ? "cluster.local" : cluster.getTrustDomain();
        return !roots.isEmpty()
                && roots.stream().map(r -> r.getCertificate().getSubject()).allMatch(("O=" + trustDomain)::equals);
    }

    private static Verdict judge(MeshView view, ClusterSummary odd, String sharedPrint, List<ClusterSummary> majority) {
        String id = odd.getClusterId();
        CertificateInfo root = Trust.roots(majority.get(0)).stream()
                .map(RootUse::getCertificate)
                .filter(c -> sharedPrint.equals(c.getSha256()) || sharedPrint.equals(c.getSpkiSha256()))
                .findFirst()
                .orElseThrow();
        String ca = odd.getCaSecret() == null ? "by its form made by istiod itself" : "from secret " + SELF_MADE;
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(odd), missing(odd, majority))
                .title("Cluster " + id + " has no plugged-in CA: its root is istiod's own")
                .description(
                        majority.size() + " clusters of mesh " + view.mesh() + " share the root " + Trust.describe(root)
                                + ".",
                        "The root of " + id + " (" + Trust.shortPrints(Trust.roots(odd)) + ", " + ca
                                + ") is known in no other cluster,",
                        "so mTLS between " + id + " and the others fails in both directions.")
                .scope(Scopes.of(view, odd))
                .subject("Secret", istiodNamespace(odd), PLUGGED_IN, odd)
                .affected(
                        majority.size() + 1,
                        0,
                        0,
                        majority.stream()
                                .map(c -> "between " + id + " and " + c.getClusterId())
                                .toList());
        Trust.show(verdict, odd, "trusts", Trust.roots(odd));
        majority.stream()
                .limit(3)
                .forEach(c -> verdict.evidence(
                        c, "TrustBundle", "shared root", c.getClusterId() + " trusts " + Trust.describe(root)));

        String folder = quote(id);
        verdict.step(
                        "See which CA secrets there are: cacerts should be, and is not.",
                        kubectlAtIstiod(odd) + " get secret " + PLUGGED_IN + " " + SELF_MADE + " --ignore-not-found")
                .step(
                        "Where the key of the shared root is kept, issue an intermediate CA for " + id
                                + " (Istio's tools/certs; or your own PKI).",
                        "make -f Makefile.selfsigned.mk " + quote(id + "-cacerts"))
                .step(
                        "For a change without outage, append the present root to the new root-cert.pem; take it out again at the end.",
                        kubectlAtIstiod(odd)
                                + " get configmap istio-ca-root-cert --output=jsonpath='{.data.root-cert\\.pem}' >> "
                                + folder + "/root-cert.pem")
                .step(
                        "Plug the CA in.",
                        kubectlAtIstiod(odd) + " create secret generic " + PLUGGED_IN
                                + Stream.of("ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem")
                                        .map(f -> " --from-file=" + folder + "/" + f)
                                        .reduce("", String::concat))
                .step("Restart istiod: it reads the secret at its start.", restartIstiod(odd));
        Trust.namespaces(
                        odd,
                        Stream.concat(Trust.issuers(odd).stream(), Trust.roots(odd).stream())
                                .toList())
                .forEach(ns -> verdict.step(
                        "Restart the workloads in waves, a namespace at a time. Seen in " + ns + ":",
                        kubectl(odd, ns) + " rollout restart deployment"));
        return verdict.build();
    }

    private static List<String> missing(ClusterSummary odd, List<ClusterSummary> majority) {
        List<String> missing = new ArrayList<>(Doubts.about(odd));
        if (Trust.roots(odd).isEmpty()) {
            missing.add("cluster " + odd.getClusterId() + ": roots it trusts (ConfigMap istio-ca-root-cert)");
        }
        // Two clusters that can be believed are enough to call the third one odd.
        List<ClusterSummary> doubtful =
                majority.stream().filter(c -> !Doubts.about(c).isEmpty()).toList();
        if (majority.size() - doubtful.size() < 2) {
            doubtful.forEach(c -> missing.addAll(Doubts.about(c)));
        }
        return missing;
    }
}
