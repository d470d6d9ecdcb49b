package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.CertificateInfo;
import io.meshdiag.fact.NamespaceProfile;
import io.meshdiag.fact.TrustBundle;
import io.meshdiag.fact.TrustHolder;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.ClusterView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * TRU-08: namespaces whose copy of istiod's root is not the one that istiod has.
 *
 * <p>istiod writes the ConfigMap into its own namespace as into all others, so that one is the measure. Namespaces that have left the mesh keep
 * their copy, which nobody reads: those without proxies and without injection are left alone, and so are those that are being deleted.
 */
public final class RootConfigMapStale implements Detector<ClusterView> {
    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "TRU-08",
            "RootConfigMapStale",
            1,
            Rule.Level.CLUSTER,
            Severity.HIGH,
            "Namespaces have a stale copy of istiod's root",
            "istiod writes its root certificates into the ConfigMap istio-ca-root-cert of every namespace; proxies trust what is in it when they"
                    + " first call istiod. Where the copy is stale, new pods cannot verify istiod, get no certificate and do not become ready. Mostly"
                    + " istiod lost the right to write ConfigMaps, does not watch the namespace, or somebody else writes the object.",
            "See in istiod's log why it does not write the ConfigMap; delete the stale one, which istiod then makes anew.",
            // istiod writes a changed root into a thousand namespaces within a minute or two.
            Duration.ofMinutes(5),
            Duration.ofMinutes(1),
            Set.of(TrustBundle.class, NamespaceProfile.class),
            List.of(new Rule.Edge(
                    "TRU-03", Rule.JoinOn.CLUSTER, "namespaces of this cluster hold roots that istiod has replaced")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        ClusterSummary cluster = view.cluster();
        List<Row<TrustBundle>> bundles = view.rows(TrustBundle.class).stream()
                .filter(row -> row.fact().getHolder() == TrustHolder.NAMESPACE)
                .toList();
        Map<String, NamespaceProfile> profiles = view.rows(NamespaceProfile.class).stream()
                .map(Row::fact)
                .collect(Collectors.toMap(NamespaceProfile::getName, Function.identity(), (a, b) -> a));
        List<Row<TrustBundle>> measures = bundles.stream()
                .filter(row -> cluster.getIstiodNamespaces().contains(row.fact().getNamespace()))
                .toList();
        Set<Set<String>> right =
                measures.stream().map(row -> prints(row.fact())).collect(Collectors.toSet());
        if (right.isEmpty()) {
            return Stream.empty();
        }
        List<Row<TrustBundle>> stale = bundles.stream()
                .filter(row -> !right.contains(prints(row.fact())))
                .filter(row -> inMesh(profiles.get(row.fact().getNamespace())))
                .toList();
        return stale.isEmpty() ? Stream.empty() : Stream.of(judge(view, measures, stale, bundles.size(), profiles));
    }

    /** What was not seen is taken to be in the mesh. */
    private static boolean inMesh(NamespaceProfile profile) {
        if (profile == null) {
            return true;
        }
        boolean injects = "enabled".equals(profile.getInjection()) || profile.getRevision() != null;
        return !profile.getTerminating() && (profile.getPodsWithProxy() > 0 || injects);
    }

    private static Set<String> prints(TrustBundle bundle) {
        return bundle.getTrustedRoots().stream()
                .map(CertificateInfo::getSha256)
                .filter(print -> print != null)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Verdict judge(
            ClusterView view,
            List<Row<TrustBundle>> measures,
            List<Row<TrustBundle>> stale,
            int all,
            Map<String, NamespaceProfile> profiles) {
        ClusterSummary cluster = view.cluster();
        String id = cluster.getClusterId();
        Set<String> needed = prints(measures.get(0).fact());
        boolean lacking = stale.stream().anyMatch(row -> !prints(row.fact()).containsAll(needed));
        List<String> namespaces =
                stale.stream().map(row -> row.fact().getNamespace()).sorted().toList();
        int proxies = namespaces.stream()
                .map(profiles::get)
                .filter(profile -> profile != null)
                .mapToInt(NamespaceProfile::getPodsWithProxy)
                .sum();
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(cluster), new ArrayList<>(Doubts.about(cluster)))
                .severity(lacking ? Severity.HIGH : Severity.MEDIUM)
                .title(namespaces.size() + " of " + all + " namespaces of cluster " + id
                        + " have a stale copy of istiod's root")
                .description(
                        "The ConfigMap istio-ca-root-cert of " + listed(namespaces) + " in " + id
                                + " does not hold the same roots as the one of istiod's own namespace.",
                        lacking
                                ? "A root of istiod's is missing there: new pods cannot verify istiod and get no certificate."
                                : "It holds all of istiod's roots and others besides: nothing is refused, but roots that were dropped"
                                        + " are still trusted.")
                .scope(Scopes.of(view, cluster))
                .subject("ConfigMap", namespaces.get(0), "istio-ca-root-cert", cluster)
                .affected(1, 0, proxies, namespaces);
        measures.stream()
                .limit(2)
                .forEach(row -> verdict.evidence(row, "istiod's namespace trusts " + roots(row.fact())));
        stale.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(row, row.fact().getNamespace() + " trusts " + roots(row.fact())));
        verdict.step(
                        "See what istiod says about the ConfigMap.",
                        kubectlAtIstiod(cluster)
                                + " logs --selector=app=istiod --tail=-1 --since=1h | grep --ignore-case istio-ca-root-cert")
                .step(
                        "Check that istiod may write it.",
                        "kubectl " + context(cluster) + " auth can-i update configmaps --namespace="
                                + quote(namespaces.get(0))
                                + " --as=system:serviceaccount:"
                                + quote(istiodNamespace(cluster) + ":istiod"))
                .step(
                        "See who writes it: istiod is pilot-discovery.",
                        kubectl(cluster, namespaces.get(0))
                                + " get configmap istio-ca-root-cert --output=yaml --show-managed-fields");
        namespaces.stream()
                .limit(SHOWN)
                .forEach(namespace -> verdict.step(
                        "Delete the stale one: istiod makes it anew within seconds.",
                        kubectl(cluster, namespace) + " delete configmap istio-ca-root-cert"));
        return verdict.build();
    }

    private static String listed(List<String> namespaces) {
        String shown = namespaces.stream().limit(SHOWN).collect(Collectors.joining(", "));
        return namespaces.size() > SHOWN ? shown + " and " + (namespaces.size() - SHOWN) + " more" : shown;
    }

    private static String roots(TrustBundle bundle) {
        return bundle.getTrustedRoots().isEmpty()
                ? "nothing: the certificate cannot be read"
                : bundle.getTrustedRoots().stream().limit(3).map(Trust::name).collect(Collectors.joining(", "));
    }
}
