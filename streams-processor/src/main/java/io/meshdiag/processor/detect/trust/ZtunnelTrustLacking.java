package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * TRU-06: ztunnels of a cluster do not trust a root that its sidecars trust, and that certificates in use descend from.
 *
 * <p>A ztunnel has roots of its own, from its own requests for certificates: it may not know what meshConfig.caCertificates adds, and learns of a new root
 * later than sidecars do. What sidecars do not trust either is TRU-01 or TRU-03. One finding for each cluster and root, with all clusters whose
 * certificates are refused.
 */
public final class ZtunnelTrustLacking implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "TRU-06",
            "ZtunnelTrustLacking",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "ztunnels do not trust a root that sidecars trust",
            "In ambient mode the ztunnel of a node judges certificates by roots of its own. Where it lacks one, ambient workloads on that node refuse, and are"
                    + " refused by, workloads whose certificates descend from it (BadSignature, UnknownIssuer), while sidecars in the same cluster work.",
            "Sign with a root that ztunnels trust, or have them get the new one: root-cert.pem of cacerts reaches them, meshConfig.caCertificates may not.",
            // ztunnels ask for certificates, and learn roots, later than proxies get a push.
            Duration.ofMinutes(10),
            Duration.ofMinutes(2),
            Set.of(),
            List.of());

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<TrustSide> sides = Trust.members(view).stream().map(TrustSide::new).toList();
        return sides.stream()
                .filter(client -> client.cluster.getZtunnels() > 0)
                .flatMap(client -> judge(view, client, sides));
    }

    private static Stream<Verdict> judge(MeshView view, TrustSide client, List<TrustSide> servers) {
        Set<String> trusted = client.trustedByKey().keySet();
        Set<String> known = client.cluster.getZtunnelRoots().stream()
                .filter(use -> use.getHolders() >= client.cluster.getZtunnels())
                .map(use -> Trust.key(use.getCertificate()))
                .collect(Collectors.toSet());
        Map<String, List<TrustSide>> refused = new TreeMap<>();
        servers.forEach(server -> server.leavesByKey().keySet().stream()
                .filter(key -> trusted.contains(key) && !known.contains(key))
                .forEach(key ->
                        refused.computeIfAbsent(key, k -> new ArrayList<>()).add(server)));
        return refused.entrySet().stream().map(e -> verdict(view, client, e.getKey(), e.getValue()));
    }

    private static Verdict verdict(MeshView view, TrustSide client, String key, List<TrustSide> servers) {
        ClusterSummary cluster = client.cluster;
        String id = cluster.getClusterId();
        String root = Trust.name(client.trustedByKey().get(key));
        List<String> missing = new ArrayList<>(Doubts.about(cluster));
        List<TrustSide> credible = servers.stream()
                .filter(server -> Doubts.about(server.cluster).isEmpty())
                .toList();
        if (credible.isEmpty()) {
            servers.forEach(server -> missing.addAll(Doubts.about(server.cluster)));
        }
        List<TrustSide> shown = credible.isEmpty() ? servers : credible;
        List<String> ids = shown.stream()
                .map(server -> server.cluster.getClusterId())
                .distinct()
                .sorted()
                .toList();
        int leaves =
                shown.stream().mapToInt(server -> server.leavesByKey().get(key)).sum();
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE,
                        Scopes.key(cluster) + "|" + Trust.scopeKey(key),
                        missing.stream().distinct().toList())
                .title("ztunnels of cluster " + id + " do not trust a root that its sidecars trust")
                .description(
                        holders(cluster, key) + " of " + cluster.getZtunnels() + " ztunnels seen in " + id + " trust "
                                + root + "; sidecars and namespaces there do.",
                        leaves + " certificates seen in " + String.join(", ", ids) + " descend from it.",
                        "Ambient workloads in " + id + " refuse these, while sidecars accept them.")
                .scope(Scopes.of(view, cluster))
                .subject("DaemonSet", istiodNamespace(cluster), "ztunnel", cluster)
                .affected(
                        ids.size(),
                        0,
                        leaves,
                        ids.stream().map(server -> id + "->" + server).toList())
                .evidence(
                        cluster,
                        "TrustBundle",
                        "ztunnel",
                        "ztunnels trust " + Trust.shortPrints(cluster.getZtunnelRoots()))
                .evidence(cluster, "TrustBundle", "istio-ca-root-cert, ROOTCA", id + " trusts " + root);
        shown.stream()
                .limit(5)
                .forEach(server -> verdict.evidence(
                        server.cluster,
                        "TrustBundle",
                        "certificate chains",
                        server.leavesByKey().get(key) + " certificates in " + server.cluster.getClusterId()
                                + " descend from " + root));
        String pod = cluster.getZtunnelRoots().stream()
                .flatMap(use -> use.getSamples().stream())
                .map(name -> name.substring(name.indexOf('/') + 1))
                .findFirst()
                .orElse("ztunnel");
        return verdict.step(
                        "See the roots of a ztunnel.",
                        "istioctl " + context(cluster) + " ztunnel-config certificates "
                                + quote(pod + "." + istiodNamespace(cluster)))
                .step("Compare with those of sidecars.", Trust.showRoot(cluster))
                .step(
                        "Is the root in root-cert.pem of cacerts, and not in meshConfig.caCertificates alone? ztunnel gets the former.")
                .step(
                        "It is: have ztunnels ask anew, node by node.",
                        kubectlAtIstiod(cluster) + " rollout restart daemonset ztunnel")
                .build();
    }

    private static int holders(ClusterSummary cluster, String key) {
        return cluster.getZtunnelRoots().stream()
                .filter(use -> Trust.key(use.getCertificate()).equals(key))
                .mapToInt(RootUse::getHolders)
                .max()
                .orElse(0);
    }
}
