package io.meshdiag.processor.detect.network;

import static io.meshdiag.processor.detect.Shell.context;
import static io.meshdiag.processor.detect.Shell.kubectl;
import static io.meshdiag.processor.detect.Shell.quote;
import static io.meshdiag.processor.detect.Shell.restartIstiod;

import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.GatewayAddress;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * NET-02: a gateway's host name has other addresses than istiods of other clusters made of it.
 *
 * <p>Names are answered differently on purpose: load balancers hand out a part of their addresses, and private resolvers other ones than public. So it
 * speaks only when the answer where the gateway is has been the same for a while, when not one address agrees, when both are of the same kind, and when
 * no probe from that cluster gets through to what its istiods have.
 */
public final class GatewayAddressesStale implements Detector<MeshView> {
    /** Longer than names of load balancers are kept by resolvers. */
    static final Duration STEADY = Duration.ofMinutes(10);

    private static final int SHOWN = 4;

    private static final Rule RULE = new Rule(
            "NET-02",
            "GatewayAddressesStale",
            1,
            Rule.Level.MESH,
            Severity.HIGH,
            "istiods have addresses of an east-west gateway that its name no longer has",
            "Where a load balancer has a host name, istiod of every other cluster looks it up and hands the addresses to its proxies. When they change, as on"
                    + " AWS whenever the load balancer is scaled or replaced, and istiod keeps the old ones, requests across run into time-outs, or reach"
                    + " a stranger who has the address by now.",
            "Restart the istiods that have the old addresses; give the load balancer fixed addresses.",
            // istiod looks names up again when their time to live is over.
            Duration.ofMinutes(5),
            Duration.ofMinutes(2),
            Set.of(Gateway.class, NetworkGateways.class, Connectivity.class),
            List.of(new Rule.Edge(
                    "NET-03", Rule.JoinOn.TOWARDS, "nobody answers at the addresses that the name no longer has")));

    @Override
    public Rule rule() {
        return RULE;
    }

    @Override
    public Stream<Verdict> detect(MeshView view) {
        return view.clusters().stream()
                .filter(owner -> view.cluster(owner.getClusterId()).isPresent())
                .flatMap(owner -> view.rows(Gateway.class, owner).stream()
                        .flatMap(gateway -> judge(view, owner, gateway).stream()));
    }

    /** What one istiod has of a gateway, where none of it is what the name has. */
    private record Stale(ClusterSummary client, Row<NetworkGateways> row, Set<String> addresses, boolean probed) {}

    private static Optional<Verdict> judge(MeshView view, ClusterSummary owner, Row<Gateway> gateway) {
        List<Row<Connectivity>> names = names(view, owner, gateway.fact());
        Set<String> now = names.stream()
                .flatMap(row -> row.fact().getAddresses().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        boolean alsoFixed = gateway.fact().getAddresses().stream().anyMatch(address -> !address.getHostname());
        boolean steady = !names.isEmpty()
                && names.stream()
                        .allMatch(row -> row.fact().getSteadySince() != null
                                && !row.fact().getSteadySince().plus(STEADY).isAfter(view.asOf()));
        if (alsoFixed || !steady || now.isEmpty()) {
            return Optional.empty();
        }
        List<Stale> stale = view.clusters().stream()
                .filter(client -> !client.equals(owner))
                .flatMap(client -> stale(view, client, owner, gateway.fact(), now))
                .toList();
        return stale.isEmpty() ? Optional.empty() : Optional.of(verdict(view, owner, gateway, names, now, stale));
    }

    private static List<Row<Connectivity>> names(MeshView view, ClusterSummary owner, Gateway gateway) {
        Set<String> hosts = gateway.getAddresses().stream()
                .filter(GatewayAddress::getHostname)
                .map(GatewayAddress::getAddress)
                .collect(Collectors.toSet());
        return view.rows(Connectivity.class, owner).stream()
                .filter(row -> row.fact().getTarget() == ProbeTarget.GATEWAY_NAME
                        && hosts.contains(row.fact().getHost()))
                .toList();
    }

    private static Stream<Stale> stale(
            MeshView view, ClusterSummary client, ClusterSummary owner, Gateway gateway, Set<String> now) {
        return view.rows(NetworkGateways.class, client).stream().flatMap(row -> {
            Set<String> had = row.fact().getGateways().stream()
                    .filter(known -> known.getNetwork().equals(gateway.getNetwork())
                            && known.getClusterId().equals(owner.getClusterId()))
                    .map(ResolvedGateway::getAddress)
                    .collect(Collectors.toCollection(TreeSet::new));
            boolean comparable = !had.isEmpty()
                    && had.stream().allMatch(AddressKind::isAddress)
                    && AddressKind.of(had).equals(AddressKind.of(now));
            if (!comparable || had.stream().anyMatch(now::contains)) {
                return Stream.empty();
            }
            List<Connectivity> probes = view.rows(Connectivity.class, client).stream()
                    .map(Row::fact)
                    .filter(probe ->
                            probe.getTarget() == ProbeTarget.EAST_WEST_GATEWAY && had.contains(probe.getHost()))
                    .toList();
            boolean answered =
                    probes.stream().anyMatch(probe -> probe.getRungs().stream().allMatch(ProbeRung::getOk));
            return answered ? Stream.empty() : Stream.of(new Stale(client, row, had, !probes.isEmpty()));
        });
    }

    private static Verdict verdict(
            MeshView view,
            ClusterSummary owner,
            Row<Gateway> gateway,
            List<Row<Connectivity>> names,
            Set<String> now,
            List<Stale> stale) {
        String id = owner.getClusterId();
        List<ClusterSummary> clients =
                stale.stream().map(Stale::client).distinct().toList();
        List<String> observers = clients.stream()
                .map(ClusterSummary::getClusterId)
                .distinct()
                .sorted()
                .toList();
        List<String> missing = new ArrayList<>(Doubts.about(owner, "services"));
        clients.forEach(client -> missing.addAll(Doubts.about(client, "networkz")));
        boolean probed = stale.stream().anyMatch(Stale::probed);
        Gateway fact = gateway.fact();
        String host = names.get(0).fact().getHost();
        VerdictBuilder verdict = VerdictBuilder.verdict(
                        RULE, Scopes.key(owner) + "|" + fact.getNamespace() + "/" + fact.getName(), missing)
                .confidence(probed ? 1.0 : 0.7)
                .title("istiods of " + observers.size() + " cluster(s) have old addresses of the east-west gateway of "
                        + id)
                .description(
                        host + " has the addresses " + String.join(", ", now) + ", looked up in " + id + ".",
                        stale.size() + " istiod(s) of " + String.join(", ", observers) + " have others only: "
                                + String.join(", ", stale.get(0).addresses()) + ".",
                        probed
                                ? "No probe from there gets through to these."
                                : "No probe was sent to these: a private resolver there may be meant to answer otherwise.")
                .scope(Scopes.towards(view, owner, observers))
                .subject("Service", fact.getNamespace(), fact.getName(), owner)
                .affected(
                        observers.size(),
                        owner.getSharedServices(),
                        0,
                        observers.stream().map(o -> o + "->" + id).toList());
        names.stream()
                .limit(2)
                .forEach(row -> verdict.evidence(
                        row,
                        row.fact().getHost() + " has "
                                + String.join(", ", row.fact().getAddresses()) + " since "
                                + row.fact().getSteadySince()));
        stale.stream()
                .limit(SHOWN)
                .forEach(one ->
                        verdict.evidence(one.row(), "istiod has " + String.join(", ", one.addresses()) + " for " + id));
        ClusterSummary first = clients.get(0);
        verdict.step(
                        "What does the name lead to from a cluster with the old addresses?",
                        "kubectl " + context(first)
                                + " run meshdiag-probe --rm --stdin --tty --restart=Never --image=busybox -- nslookup "
                                + quote(host))
                .step(
                        "And what does the load balancer say of itself?",
                        kubectl(owner, fact.getNamespace()) + " get service " + quote(fact.getName())
                                + " --output=wide");
        clients.stream()
                .limit(3)
                .forEach(client -> verdict.step(
                        "The new addresses: restart istiod in " + client.getClusterId()
                                + ", which looks the name up again.",
                        restartIstiod(client)));
        return verdict.step("Give the load balancer fixed addresses, so that it does not come back.")
                .build();
    }
}
