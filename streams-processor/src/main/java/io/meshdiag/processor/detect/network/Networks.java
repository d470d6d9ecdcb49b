package io.meshdiag.processor.detect.network;

import io.meshdiag.fact.Gateway;
import io.meshdiag.fact.GatewayAddress;
import io.meshdiag.fact.NetworkGateways;
import io.meshdiag.fact.ResolvedGateway;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The networks of a mesh and the gateways into them. A cluster is in the network that its istiod's namespace is labelled with. */
public final class Networks {
    private final MeshView view;
    private final List<Row<Gateway>> gateways;
    private final List<Row<NetworkGateways>> resolved;
    private final Set<String> known;

    public Networks(MeshView view) {
        this.view = view;
        this.gateways = view.rows(Gateway.class);
        this.resolved = view.rows(NetworkGateways.class);
        this.known = known(resolved);
    }

    /** True when anybody has a gateway. Without one istiod takes all networks for one, whatever the labels say (istio-formats: networkz null). */
    public boolean inUse() {
        return !gateways.isEmpty() || !known.isEmpty();
    }

    /** Names of the networks that clusters are in, sorted. */
    public List<String> names() {
        return view.clusters().stream()
                .map(ClusterSummary::getNetwork)
                .filter(Objects::nonNull)
                .distinct()
                .sorted()
                .toList();
    }

    public List<ClusterSummary> clustersIn(String network) {
        return view.clusters().stream()
                .filter(c -> network.equals(c.getNetwork()))
                .toList();
    }

    /** Services that are gateways into the network, of any cluster. */
    public List<Row<Gateway>> gatewaysInto(String network) {
        return gateways.stream()
                .filter(row -> row.fact().getNetwork().equals(network))
                .toList();
    }

    /** What each istiod replica of the cluster knows. */
    public List<Row<NetworkGateways>> knownTo(ClusterSummary cluster) {
        return view.rows(NetworkGateways.class, cluster);
    }

    /** True when any istiod of the mesh knows a way into the network, by a Service or by meshNetworks. */
    public boolean isKnown(String network) {
        return known.contains(network);
    }

    /** Networks that at least one of these istiods knows a way into. */
    public static Set<String> known(List<Row<NetworkGateways>> istiods) {
        return istiods.stream()
                .flatMap(row -> row.fact().getGateways().stream())
                .map(ResolvedGateway::getNetwork)
                .collect(Collectors.toSet());
    }

    public static boolean knows(NetworkGateways known, String network) {
        return known.getGateways().stream().anyMatch(g -> g.getNetwork().equals(network));
    }

    /** True when istiods of one of the two clusters read the other. */
    public static boolean linked(ClusterSummary a, ClusterSummary b) {
        return a.getLinkedTo().contains(b.getClusterId()) || b.getLinkedTo().contains(a.getClusterId());
    }

    /** True when both are in a network, each in another. */
    public static boolean apart(ClusterSummary a, ClusterSummary b) {
        return a.getNetwork() != null
                && b.getNetwork() != null
                && !a.getNetwork().equals(b.getNetwork());
    }

    /** "istiod istiod-1 knows gateways: us east 203.0.113.10:15443". */
    public static String describe(NetworkGateways known) {
        String all =
                known.getGateways().stream().limit(10).map(Networks::describe).collect(Collectors.joining(", "));
        return "istiod " + known.getIstiod() + " knows gateways: " + (all.isEmpty() ? "none" : all);
    }

    private static String describe(ResolvedGateway gateway) {
        return Stream.of(
                        gateway.getNetwork(),
                        gateway.getClusterId(),
                        gateway.getAddress() + ":"
                                + (gateway.getPort() > 0 ? gateway.getPort() : gateway.getHbonePort()))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    /** "istio-system/istio-eastwestgateway (LoadBalancer) into network us at 203.0.113.10; 2 of 2 pods ready". */
    public static String describe(Gateway gateway) {
        String at =
                gateway.getAddresses().stream().map(GatewayAddress::getAddress).collect(Collectors.joining(", "));
        return gateway.getNamespace() + "/" + gateway.getName() + " (" + gateway.getServiceType() + ") into network "
                + gateway.getNetwork() + " at " + (at.isEmpty() ? "no address" : at) + "; " + gateway.getReadyPods()
                + " of " + gateway.getPods() + " pods ready";
    }
}
