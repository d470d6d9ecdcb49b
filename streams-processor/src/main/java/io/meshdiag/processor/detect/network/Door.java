package io.meshdiag.processor.detect.network;

import io.meshdiag.fact.Connectivity;
import io.meshdiag.fact.ProbeRung;
import io.meshdiag.fact.ProbeTarget;
import io.meshdiag.processor.detect.Scopes;
import io.meshdiag.processor.view.MeshView;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClosedPort;
import io.meshdiag.state.ClusterSummary;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A port of a control plane that somebody cannot connect to.
 *
 * @param from whose proxies or whose collector cannot
 * @param failure refused or timeout
 * @param proxies that say so; none for a probe
 * @param probe empty where proxies' logs say so
 */
record Door(
        ClusterSummary from,
        String host,
        int port,
        String failure,
        int proxies,
        List<String> samples,
        Optional<Row<Connectivity>> probe) {
    private static final Set<ProbeTarget> CONTROL_PLANE = Set.of(ProbeTarget.CONTROL_PLANE, ProbeTarget.WEBHOOK);
    /** One proxy alone may have a fault of its own. */
    private static final int FEWEST_PROXIES = 2;

    /** All that one cluster or machine cannot connect to. */
    static Stream<Door> shutTo(MeshView view, ClusterSummary from) {
        return Stream.concat(
                from.getClosedPorts().stream()
                        .filter(port -> port.getProxies() >= FEWEST_PROXIES || from.getVm() != null)
                        .map(port -> logged(from, port)),
                view.rows(Connectivity.class, from).stream()
                        .filter(row -> CONTROL_PLANE.contains(row.fact().getTarget()))
                        .flatMap(row -> shut(row.fact()).map(why -> probed(from, row, why)).stream()));
    }

    private static Door logged(ClusterSummary from, ClosedPort port) {
        return new Door(
                from,
                port.getHost(),
                port.getPort(),
                port.getFailure(),
                port.getProxies(),
                port.getSamples(),
                Optional.empty());
    }

    private static Door probed(ClusterSummary from, Row<Connectivity> row, String why) {
        Connectivity probe = row.fact();
        return new Door(from, probe.getHost(), probe.getPort(), why, 0, List.of(), Optional.of(row));
    }

    /** A name without an address, or an answer that is not TLS, is not a closed port. */
    private static Optional<String> shut(Connectivity probe) {
        return probe.getRungs().stream()
                .filter(rung -> !rung.getOk() && rung.getRung().equals("TCP"))
                .map(ProbeRung::getDetail)
                .map(detail -> detail.startsWith("REFUSED") ? "refused" : "timeout")
                .findFirst();
    }

    boolean machine() {
        return from.getVm() != null;
    }

    /** A Service's name means another control plane in each cluster; machines of a cluster come in by another way than its pods. */
    String scopeKey() {
        if (machine()) {
            return host + "|machines of " + from.getClusterId();
        }
        return host.endsWith(".svc") || host.contains(".svc.") ? host + "|" + Scopes.key(from) : host;
    }

    String text() {
        return probe.isPresent()
                ? "the probe of " + host + ":" + port + " ends at TCP: " + failure
                : proxies + " proxies cannot connect to " + host + ":" + port + ": " + failure;
    }
}
