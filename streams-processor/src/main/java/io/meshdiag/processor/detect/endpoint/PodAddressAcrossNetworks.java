package io.meshdiag.processor.detect.endpoint;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.istiodNamespace;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.detect.network.Networks;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import io.meshdiag.state.RemoteEndpoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * EPT-03: istiod gives proxies the pod addresses of another network, where only a gateway's address leads in.
 *
 * <p>It does so for endpoints without a network, for those that it takes to be in the proxy's own network, and for those in a network that it knows
 * no gateway into. One finding for an ordered pair of clusters, not one for each service.
 */
public final class PodAddressAcrossNetworks implements Detector<MeshView> {
    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "EPT-03",
            "PodAddressAcrossNetworks",
            1,
            Rule.Level.MESH,
            Severity.CRITICAL,
            "Proxies are given pod addresses of another network",
            "Pods of another network are reached through its gateway only. istiod replaces their addresses by the gateway's when endpoints carry"
                    + " their network and it knows a gateway there. Otherwise proxies call the pods themselves: requests time out, at random where"
                    + " endpoints of the own network are in the same service.",
            "Make label, gateway and endpoints name the same network, then restart istiod and the pods.",
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Set.of(Gateway.class, NetworkGateways.class),
            List.of());

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
        return view.clusters().stream()
                .filter(ClusterSummary::getPrimary)
                .flatMap(client -> judge(view, client, networks.knownTo(client)));
    }

    private static Stream<Verdict> judge(MeshView view, ClusterSummary client, List<Row<NetworkGateways>> known) {
        Set<String> ways = Networks.known(known);
        // What no istiod said nothing follows from: without a list of gateways only the network itself counts.
        Map<String, List<RemoteEndpoints>> direct = client.getRemoteEndpoints().stream()
                .filter(e -> e.getNetwork().isEmpty()
                        || e.getNetwork().equals(client.getNetwork())
                        || (!known.isEmpty() && !ways.contains(e.getNetwork())))
                .collect(Collectors.groupingBy(RemoteEndpoints::getClusterId, TreeMap::new, Collectors.toList()));
        return direct.entrySet().stream().flatMap(e -> view.cluster(e.getKey()).stream()
                .filter(owner -> Networks.apart(client, owner) && Networks.linked(client, owner))
                .map(owner -> verdict(view, client, owner, known, e.getValue())));
    }

    private static Verdict verdict(
            MeshView view,
            ClusterSummary client,
            ClusterSummary owner,
            List<Row<NetworkGateways>> known,
            List<RemoteEndpoints> direct) {
        String from = client.getClusterId();
        String to = owner.getClusterId();
        int services =
                direct.stream().mapToInt(RemoteEndpoints::getServices).max().orElse(0);
        List<String> missing = new ArrayList<>(Doubts.about(client, "endpointShardz", "networkz"));
        missing.addAll(Doubts.about(owner));

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(client, owner), missing)
                .title("Proxies in " + from + " are given pod addresses of " + to + ", which is in another network")
                .description(
                        from + " is in network " + client.getNetwork() + ", " + to + " in network " + owner.getNetwork()
                                + ".",
                        "For istiod in " + from + ", endpoints of " + services + " service(s) in " + to + " are "
                                + direct.stream()
                                        .map(e -> because(e.getNetwork(), client))
                                        .collect(Collectors.joining("; others "))
                                + ": their own addresses go out, not a gateway's, and requests to them time out.")
                .scope(Scopes.of(view, client, owner))
                .subject("Cluster", "", to, owner)
                .affected(
                        1,
                        services,
                        0,
                        direct.stream()
                                .flatMap(e -> e.getSamples().stream())
                                .distinct()
                                .sorted()
                                .map(s -> s + "@" + to)
                                .toList());
        direct.stream()
                .limit(SHOWN)
                .forEach(e -> verdict.evidence(
                        client,
                        "EndpointShards",
                        "endpoints of " + to,
                        e.getServices() + " service(s) with endpoints "
                                + (e.getNetwork().isEmpty() ? "without a network" : "in network " + e.getNetwork())));
        known.stream().limit(SHOWN).forEach(row -> verdict.evidence(row, Networks.describe(row.fact())));
        verdict.evidence(owner, "ClusterProfile", to, "network " + owner.getNetwork());
        return verdict.step(
                        "Which network do the labels of " + to + " name? Namespace and gateway must agree.",
                        "kubectl " + context(owner) + " get namespace/" + quote(istiodNamespace(owner))
                                + " --label-columns=topology.istio.io/network")
                .step(
                        "Which gateways does istiod in " + from + " know?",
                        kubectlAtIstiod(client)
                                + " exec deployment/istiod -- pilot-discovery request GET /debug/networkz")
                .step(
                        "Label the namespace of istiod in " + to + " when the label is missing.",
                        "kubectl " + context(owner) + " label namespace " + quote(istiodNamespace(owner))
                                + " topology.istio.io/network=" + quote(owner.getNetwork()) + " --overwrite")
                .step("Labels and gateways are right: restart istiod in " + from + ".", restartIstiod(client))
                .build();
    }

    private static String because(String network, ClusterSummary client) {
        if (network.isEmpty()) {
            return "in no network";
        }
        return network.equals(client.getNetwork())
                ? "in its own network " + network
                : "in network " + network + ", which it knows no gateway into";
    }
}
