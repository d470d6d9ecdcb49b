package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectlAtIstiod;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.GatewayAddress;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ResolvedGateway;
import io.meshdiag.finding.Severity;
import io.meshdiag.processor.detect.Detector;
import io.meshdiag.processor.detect.Doubts;
import io.meshdiag.processor.detect.Rule;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.detect.Verdict;
import io.meshdiag.processor.detect.VerdictBuilder;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * NET-06: a cluster's gateway has an address, and istiods of another cluster, which read its endpoints, do not know the gateway.
 *
 * <p>A cluster that reads nothing of the other at all is not this rule's: then access is missing, not the gateway.
 */
public final class GatewayUnknownToPeer implements Detector<MeshView> {
    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "NET-06",
            "GatewayUnknownToPeer",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "istiod does not know the east-west gateway of a cluster whose endpoints it reads",
            "istiod learns gateways from the Services of the clusters that it reads. The owner's gateway is there and has an address, but istiod of"
                    + " another network does not list it, so that its proxies do not enter that network by it.",
            "Check that the remote credential may list services and gateways, and that istiod can resolve the address; restart istiod.",
            Duration.ofMinutes(2),
            Duration.ofMinutes(1),
            Set.of(Gateway.class, NetworkGateways.class),
            List.of(new Rule.Edge(
                    "EPT-03",
                    Rule.JoinOn.PAIR,
                    "istiod that does not know the gateway gives proxies the addresses of pods")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        Networks networks = new Networks(view);
        return view.clusters().stream()
                .filter(owner -> view.cluster(owner.getClusterId()).isPresent())
                .flatMap(owner -> view.clusters().stream()
                        .filter(client -> reads(client, owner))
                        .flatMap(client -> judge(view, networks, client, owner)));
    }

    private static boolean reads(ClusterSummary client, ClusterSummary owner) {
        return client.getPrimary()
                && Networks.apart(client, owner)
                && client.getLinkedTo().contains(owner.getClusterId())
                && client.getKnownClusters().contains(owner.getClusterId());
    }

    private static Stream<Verdict> judge(
            MeshView view, Networks networks, ClusterSummary client, ClusterSummary owner) {
        List<Row<NetworkGateways>> known = networks.knownTo(client);
        List<Row<Gateway>> unknown = view.rows(Gateway.class, owner).stream()
                .filter(row -> !row.fact().getAddresses().isEmpty())
                .filter(row -> !row.fact().getNetwork().equals(client.getNetwork()))
                .filter(row -> known.stream().anyMatch(istiod -> lacks(istiod.fact(), row.fact(), owner)))
                .toList();
        return unknown.isEmpty() ? Stream.empty() : Stream.of(verdict(view, client, owner, known, unknown));
    }

    private static boolean lacks(NetworkGateways istiod, Gateway gateway, ClusterSummary owner) {
        return istiod.getGateways().stream()
                .noneMatch(known -> known.getNetwork().equals(gateway.getNetwork())
                        && (known.getClusterId().equals(owner.getClusterId()) || atAddressOf(gateway, known)));
    }

    /** Gateways of meshNetworks have an address and no cluster. */
    private static boolean atAddressOf(Gateway gateway, ResolvedGateway known) {
        return gateway.getAddresses().stream().map(GatewayAddress::getAddress).anyMatch(known.getAddress()::equals);
    }

    private static Verdict verdict(
            MeshView view,
            ClusterSummary client,
            ClusterSummary owner,
            List<Row<NetworkGateways>> known,
            List<Row<Gateway>> unknown) {
        String from = client.getClusterId();
        String to = owner.getClusterId();
        Gateway gateway = unknown.get(0).fact();
        List<Row<NetworkGateways>> lacking = known.stream()
                .filter(istiod -> lacks(istiod.fact(), gateway, owner))
                .toList();
        boolean another = lacking.stream().allMatch(i -> Networks.knows(i.fact(), gateway.getNetwork()));
        boolean hostname = gateway.getAddresses().stream().allMatch(GatewayAddress::getHostname);
        List<String> missing = new ArrayList<>(Doubts.about(client, "networkz"));
        missing.addAll(Doubts.about(owner, "resources", "services"));

        VerdictBuilder verdict = VerdictBuilder.verdict(RULE, Scopes.key(client, owner), missing)
                .severity(another ? Severity.MEDIUM : Severity.HIGH)
                .title("istiod in " + from + " does not know the east-west gateway of " + to)
                .description(
                        "The gateway " + gateway.getNamespace() + "/" + gateway.getName() + " of " + to
                                + " has an address, but " + lacking.size() + " of " + known.size()
                                + " istiod replica(s) in " + from + " do not list it, although they read endpoints in "
                                + to
                                + ".",
                        another
                                ? "They know another gateway into network " + gateway.getNetwork()
                                        + ", which carries the load alone."
                                : "They know no other way into network " + gateway.getNetwork() + ": proxies in " + from
                                        + " call pod addresses there, and time out.")
                .scope(Scopes.of(view, client, owner))
                .subject("Service", gateway.getNamespace(), gateway.getName(), owner)
                .affected(1, 0, 0, List.of(from + "->" + to));
        unknown.stream().limit(SHOWN).forEach(row -> verdict.evidence(row, Networks.describe(row.fact())));
        lacking.stream()
                .limit(SHOWN)
                .forEach(row -> verdict.evidence(row, Networks.describe(row.fact()) + "; not that of " + to));
        if (hostname) {
            verdict.step(
                    "The gateway's address is a name, which istiod has to resolve: look for its errors.",
                    kubectlAtIstiod(client) + " logs --selector=app=istiod --tail=-1 | grep "
                            + quote(gateway.getAddresses().get(0).getAddress()));
        }
        return verdict.step(
                        "May the credential of " + from + " list Services in " + to + "?",
                        kubectlAtIstiod(owner) + " auth can-i list services --all-namespaces"
                                + " --as=system:serviceaccount:istio-system:istio-reader-service-account")
                .step(
                        "It may not: apply the roles of this Istio version in " + to
                                + ", and create the remote secret anew.",
                        "istioctl create-remote-secret " + context(owner) + " --name=" + quote(to)
                                + " | kubectl apply --filename=- " + context(client))
                .step("It may: restart istiod in " + from + ".", restartIstiod(client))
                .build();
    }
}
