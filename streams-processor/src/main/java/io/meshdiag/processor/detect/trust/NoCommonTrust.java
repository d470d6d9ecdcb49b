package io.meshdiag.processor.detect.trust;

import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

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
import java.util.Set;
import java.util.stream.Stream;

/**
 * TRU-01: workloads of one cluster refuse the certificates of another.
 *
 * <p>Asked per ordered pair, and as reachability, not equality: a client accepts a server when any root that the server's certificates descend
 * from is in the client's bundle. Comparing the two sets of roots instead would call every rotation an outage.
 */
public final class NoCommonTrust implements Detector<MeshView> {
    private static final Rule RULE = new Rule(
            "TRU-01",
            "NoCommonTrust",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "One cluster does not trust the certificates of another",
            "Workloads of the client cluster trust no root that the server cluster's certificates descend from, so every mTLS connection from the"
                    + " one to the other fails its handshake (CERTIFICATE_VERIFY_FAILED, 503 UF). It happens when clusters of one mesh were given"
                    + " different CAs, or when an old root was removed before all certificates descended from the new one.",
            "Sign the CAs of both clusters with one root. Until the last certificate is renewed, keep the old and the new root in root-cert.pem of"
                    + " both clusters.",
            Duration.ZERO,
            Duration.ofMinutes(2),
            Set.of(),
            List.of(new Rule.Edge(
                    "EPT-08",
                    Rule.JoinOn.PAIR,
                    "outlier detection ejects endpoints with which no handshake succeeds")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        List<TrustSide> sides = Trust.members(view).stream().map(TrustSide::new).toList();
        return sides.stream().flatMap(client -> sides.stream()
                .filter(server -> server != client && !client.accepts(server))
                .map(server -> judge(view, client, server)));
    }

    private static Verdict judge(MeshView view, TrustSide clientSide, TrustSide serverSide) {
        ClusterSummary client = clientSide.cluster;
        ClusterSummary server = serverSide.cluster;
        String from = client.getClusterId();
        String to = server.getClusterId();
        List<RootUse> signers = serverSide.signers.isEmpty() ? Trust.issuers(server) : serverSide.signers;

        ClusterSummary odd = suspect(client, server);
        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(client, server), missing(client, server))
                .title("Cluster " + from + " does not trust certificates of cluster " + to)
                .description(
                        "Workloads in " + from + " trust " + Trust.shortPrints(Trust.roots(client))
                                + "; those in " + to
                                + (serverSide.chainSeen()
                                        ? " are signed by "
                                        : " trust, and so are taken to be signed by, ")
                                + Trust.shortPrints(signers) + ".",
                        "No root is common, so mTLS connections from " + from + " to " + to + " fail their handshake.")
                .scope(Scopes.of(view, client, server))
                .subject("Secret", istiodNamespace(odd), "cacerts", odd)
                .affected(2, 0, 0, Trust.holders(client, Trust.roots(client)).toList());
        Trust.show(verdict, client, "trusts", Trust.roots(client));
        Trust.show(verdict, server, serverSide.chainSeen() ? "is signed by" : "trusts (chain not seen)", signers);
        return verdict.step("Compare the roots. In " + from + ":", Trust.showRoot(client))
                .step("In " + to + ":", Trust.showRoot(server))
                .step(
                        "See which CA istiod uses: cacerts is plugged in, istio-ca-secret is made by istiod itself.",
                        kubectlAtIstiod(odd) + " get secret cacerts istio-ca-secret --ignore-not-found")
                .step(
                        "Decide on one root. Put a CA that it signed into the secret cacerts of the cluster that deviates; as long as old"
                                + " certificates live, root-cert.pem of both clusters holds both roots.")
                .step(
                        "Then restart istiod of the changed cluster, and its workloads in waves. If that is "
                                + odd.getClusterId() + ":",
                        restartIstiod(odd))
                .build();
    }

    /** Whose CA is more likely the one to change: one that istiod made for itself, else the server's, which is refused. */
    private static ClusterSummary suspect(ClusterSummary client, ClusterSummary server) {
        boolean selfMade =
                "istio-ca-secret".equals(client.getCaSecret()) && !"istio-ca-secret".equals(server.getCaSecret());
        return selfMade ? client : server;
    }

    private static List<String> missing(ClusterSummary client, ClusterSummary server) {
        List<String> missing = new ArrayList<>(Doubts.about(client));
        missing.addAll(Doubts.about(server));
        if (Trust.roots(client).isEmpty()) {
            missing.add("cluster " + client.getClusterId() + ": roots it trusts (ConfigMap istio-ca-root-cert)");
        }
        if (Trust.roots(server).isEmpty() && Trust.issuers(server).isEmpty()) {
            missing.add("cluster " + server.getClusterId()
                    + ": roots it is signed by (ConfigMap istio-ca-root-cert, or proxies' certificate chains)");
        }
        return missing;
    }
}
