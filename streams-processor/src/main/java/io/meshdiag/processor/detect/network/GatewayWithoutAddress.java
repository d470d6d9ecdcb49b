package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;

import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.finding.Scope;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * NET-01: clusters of other networks share services with a network that has no gateway with an address.
 *
 * <p>Judged per network: one gateway of any of its clusters serves all of them, and meshNetworks may name one that no Service shows. A mesh without
 * any gateway is flat, whatever its labels say.
 */
public final class GatewayWithoutAddress implements Detector<MeshView> {
    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "NET-01",
            "GatewayWithoutAddress",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "A network has no east-west gateway with an address",
            "Proxies of other networks reach endpoints through a gateway of the endpoints' network. istiod takes for one only a Service with the label"
                    + " topology.istio.io/network and an external address. Without any, proxies call pod addresses of the other network, and time out.",
            "Give the east-west gateway's Service an address, or install the gateway; check its network label.",
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Set.of(Gateway.class, NetworkGateways.class),
            List.of(new Rule.Edge(
                    "EPT-03",
                    Rule.JoinOn.TOWARDS,
                    "without a gateway into that network istiod gives proxies the addresses of pods")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Networks networks = new Networks(view);
        if (!networks.inUse()) {
            return Stream.empty();
        }
        return networks.names().stream()
                .map(name -> new Cut(view, networks, name))
                .filter(Cut::isCutOff)
                .map(cut -> judge(view, cut));
    }

    /** A network as the others see it. */
    private static final class Cut {
        final String name;
        final List<ClusterSummary> clusters;
        final List<Row<Gateway>> gateways;
        final List<ClusterSummary> peers;
        final List<Row<NetworkGateways>> known;
        private final boolean reached;

        Cut(MeshView view, Networks networks, String name) {
            this.name = name;
            this.clusters = networks.clustersIn(name);
            this.gateways = networks.gatewaysInto(name);
            this.peers = view.clusters().stream()
                    .filter(ClusterSummary::getPrimary)
                    .filter(peer ->
                            clusters.stream().anyMatch(c -> Networks.apart(peer, c) && Networks.linked(peer, c)))
                    .toList();
            this.known = peers.stream()
                    .flatMap(peer -> networks.knownTo(peer).stream())
                    .toList();
            this.reached = networks.isKnown(name);
        }

        boolean isCutOff() {
            return !peers.isEmpty()
                    && !reached
                    && gateways.stream().allMatch(g -> g.fact().getAddresses().isEmpty());
        }

        List<String> missing() {
            List<String> missing = new ArrayList<>();
            clusters.forEach(c -> missing.addAll(Doubts.about(c, "resources", "services")));
            peers.forEach(p -> missing.addAll(Doubts.about(p)));
            if (known.isEmpty()) {
                missing.add("network " + name + ": no istiod of another network said which gateways it knows"
                        + " (/debug/networkz)");
            }
            return missing;
        }
    }

    private static Verdict judge(MeshView view, Cut cut) {
        ClusterSummary first = cut.clusters.get(0);
        List<String> ids = cut.clusters.stream()
                .map(ClusterSummary::getClusterId)
                .distinct()
                .sorted()
                .toList();
        String in = String.join(", ", ids);
        boolean pending = !cut.gateways.isEmpty();
        Scope scope = Scope.newBuilder()
                .setMesh(view.mesh())
                .setNetwork(cut.name)
                .setClusters(ids)
                .setObservers(cut.peers.stream()
                        .map(ClusterSummary::getClusterId)
                        .distinct()
                        .sorted()
                        .toList())
                .build();

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, "network|" + cut.name, cut.missing())
                .title(
                        pending
                                ? "The east-west gateway of network " + cut.name + " (" + in + ") has no address"
                                : "Network " + cut.name + " (" + in + ") has no east-west gateway")
                .description(
                        pending
                                ? "The Service of the gateway has no external address: its load balancer is pending, or none is"
                                        + " there to provide one."
                                : "No Service of its clusters carries the label topology.istio.io/network=" + cut.name
                                        + ".",
                        cut.peers.size()
                                + " cluster(s) of other networks are linked with it; no istiod knows a way in.",
                        "Requests from there go to pod addresses of " + cut.name + " and time out.")
                .scope(scope)
                .affected(
                        cut.peers.size() + ids.size(),
                        0,
                        0,
                        cut.peers.stream()
                                .map(p -> p.getClusterId() + "->" + cut.name)
                                .toList());
        if (pending) {
            Gateway gateway = cut.gateways.get(0).fact();
            verdict.subject("Service", gateway.getNamespace(), gateway.getName(), owner(cut));
        } else {
            verdict.subject("Network", "", cut.name, first);
        }
        cut.gateways.stream().limit(SHOWN).forEach(row -> verdict.evidence(row, Networks.describe(row.fact())));
        cut.known.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(row, Networks.describe(row.fact()) + "; none into " + cut.name));
        verdict.evidence(first, "ClusterProfile", in, "network " + cut.name + " by the label of istiod's namespace");
        return steps(verdict, cut, first).build();
    }

    private static ClusterSummary owner(Cut cut) {
        String id = cut.gateways.get(0).clusterId();
        return cut.clusters.stream()
                .filter(c -> c.getClusterId().equals(id))
                .findFirst()
                .orElse(cut.clusters.get(0));
    }

    private static VerdictBuilder steps(VerdictBuilder verdict, Cut cut, ClusterSummary first) {
        for (Row<Gateway> row : cut.gateways.stream().limit(SHOWN).collect(Collectors.toList())) {
            Gateway gateway = row.fact();
            verdict.step(
                    "Why is the load balancer pending? The events of the Service say.",
                    kubectl(owner(cut), gateway.getNamespace()) + " describe service " + quote(gateway.getName()));
        }
        if (cut.gateways.isEmpty()) {
            verdict.step(
                            "Is there a gateway with another label?",
                            "kubectl " + context(first)
                                    + " get services --all-namespaces --label-columns=topology.istio.io/network"
                                    + " --selector=istio=eastwestgateway")
                    .step(
                            "None at all: install one, from the folder of the Istio release.",
                            "samples/multicluster/gen-eastwest-gateway.sh --network " + quote(cut.name)
                                    + " | istioctl install " + context(first) + " --skip-confirmation --filename=-");
        }
        return verdict.step(
                        "Is the network's name right?",
                        "kubectl " + context(first) + " get namespace " + quote(istiodNamespace(first))
                                + " --label-columns=topology.istio.io/network")
                .step(
                        "Check: other clusters list the gateway within a minute.",
                        kubectlAtIstiod(cut.peers.get(0))
                                + " exec deployment/istiod -- pilot-discovery request GET /debug/networkz");
    }
}
