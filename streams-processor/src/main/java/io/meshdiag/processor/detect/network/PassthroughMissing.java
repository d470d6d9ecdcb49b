package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.IstioResource;
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
import java.util.Set;
import java.util.stream.Stream;

/**
 * NET-04: a cluster has an east-west gateway on port 15443, and no Istio Gateway that lets mTLS pass through it.
 *
 * <p>Which pods a Gateway selects is not compared: any server in mode AUTO_PASSTHROUGH counts.
 */
public final class PassthroughMissing implements Detector<ClusterView> {
    /** The port of Istio's classic east-west gateways; ambient ones have 15008 and need no such object. */
    private static final int MTLS_PORT = 15443;

    private static final int SHOWN = 4;

    // Canonical JSON: keys sorted, no white space.
    private static final String PASSTHROUGH = "\"mode\":\"AUTO_PASSTHROUGH\"";
    private static final String ON_PORT = "\"number\":" + MTLS_PORT;

    private static final Rule RULE = new Rule(
            "NET-04",
            "PassthroughMissing",
            1,
            Rule.Level.CLUSTER,
            Severity.CRITICAL,
            "An east-west gateway does not let mTLS pass through",
            "Other networks send mTLS connections of the workloads to port 15443 of the gateway, which must pass them on by their server name. It does so"
                    + " for an Istio Gateway with a server in mode AUTO_PASSTHROUGH only. Without it connections are reset; in another mode they fail,"
                    + " because clients see the gateway's identity and not the workload's.",
            "Apply samples/multicluster/expose-services.yaml of the Istio release; correct or remove the Gateway in another mode.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(Gateway.class, IstioResource.class),
            List.of(new Rule.Edge(
                    "EPT-08", Rule.JoinOn.TOWARDS, "outlier detection ejects a gateway that resets every connection")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(ClusterView view) {
        List<Row<Gateway>> gateways = view.rows(Gateway.class).stream()
                .filter(row -> row.fact().getPorts().contains(MTLS_PORT))
                .toList();
        List<Row<IstioResource>> resources = view.rows(IstioResource.class).stream()
                .filter(row -> row.fact().getKind().equals("Gateway")
                        && row.fact().getGroup().equals("networking.istio.io"))
                .toList();
        boolean open = resources.stream().anyMatch(row -> says(row, PASSTHROUGH));
        return gateways.isEmpty() || open
                ? Stream.empty()
                : Stream.of(judge(view.cluster(), view, gateways, resources));
    }

    private static boolean says(Row<IstioResource> row, String text) {
        String spec = row.fact().getCanonicalSpec();
        return spec != null && spec.contains(text);
    }

    private static Verdict judge(
            ClusterSummary cluster, ClusterView view, List<Row<Gateway>> gateways, List<Row<IstioResource>> resources) {
        String id = cluster.getClusterId();
        Gateway gateway = gateways.get(0).fact();
        List<Row<IstioResource>> wrong =
                resources.stream().filter(row -> says(row, ON_PORT)).toList();
        List<String> missing = new ArrayList<>(Doubts.about(cluster, "resources", "services", "custom-resources"));
        resources.stream()
                .filter(row -> row.fact().getCanonicalSpec() == null)
                .forEach(row -> missing.add("cluster " + id + ": the spec of Gateway " + name(row) + " was not read"));

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(cluster), missing)
                .title(
                        wrong.isEmpty()
                                ? "No Gateway opens port 15443 of the east-west gateway in " + id
                                : "Gateway " + name(wrong.get(0)) + " in " + id
                                        + " does not pass mTLS through on port 15443")
                .description(
                        "The east-west gateway " + gateway.getNamespace() + "/" + gateway.getName()
                                + " has port 15443, but no Istio Gateway in " + id
                                + " has a server in mode AUTO_PASSTHROUGH.",
                        wrong.isEmpty() ? "" : wrong.size() + " Gateway(s) serve the port in another mode.",
                        "Requests from other networks to workloads in " + id + " fail.")
                .scope(Scopes.of(view, cluster))
                .affected(1, 0, gateway.getReadyPods(), List.of(gateway.getNamespace() + "/" + gateway.getName()));
        if (wrong.isEmpty()) {
            verdict.subject("Gateway", gateway.getNamespace(), "cross-network-gateway", cluster);
        } else {
            verdict.subject(
                    "Gateway",
                    wrong.get(0).fact().getNamespace(),
                    wrong.get(0).fact().getName(),
                    cluster);
        }
        gateways.stream().limit(SHOWN).forEach(row -> verdict.evidence(row, Networks.describe(row.fact())));
        wrong.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(row, "spec: " + row.fact().getCanonicalSpec()));
        wrong.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.step(
                        "Set tls.mode of the server on port 15443 to AUTO_PASSTHROUGH, or move it to another port.",
                        kubectl(cluster, row.fact().getNamespace()) + " edit gateways.networking.istio.io "
                                + quote(row.fact().getName())));
        return verdict.step(
                        "Expose the services, from the folder of the Istio release.",
                        "kubectl " + context(cluster) + " --namespace=" + quote(istiodNamespace(cluster))
                                + " apply --filename=samples/multicluster/expose-services.yaml")
                .step(
                        "Check: the gateway has a listener on 15443.",
                        "istioctl proxy-config listeners " + context(cluster) + " deployment/"
                                + quote(gateway.getName()) + "." + quote(gateway.getNamespace()) + " --port=15443")
                .build();
    }

    private static String name(Row<IstioResource> row) {
        return row.fact().getNamespace() + "/" + row.fact().getName();
    }
}
