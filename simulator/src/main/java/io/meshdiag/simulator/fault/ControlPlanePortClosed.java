package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.artifact.kubernetes.Addresses;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections of a namespace's sidecars to istiod's port 15012 time out, as a NetworkPolicy makes them: they lost their stream, and get none.
 *
 * @param share of the namespace's sidecars
 */
record ControlPlanePortClosed(String cluster, String namespace, double share, Instant at) implements SidecarFault {
    private static final Duration RETRY = Duration.ofSeconds(30);

    static Fault read(Fields fields, Instant since) {
        return new ControlPlanePortClosed(
                fields.text("cluster"), fields.text("namespace"), fields.share("share", 1), fields.time("at", since));
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        for (Proxy proxy : Sidecars.of(hit, namespace, share)) {
            hit.connections().disconnected().add(proxy.id());
            List<LogLine> says = hit.proxyLogs().computeIfAbsent(proxy.id(), id -> new ArrayList<>());
            for (Instant time = at; time.isBefore(fleet.settings().time()); time = time.plus(RETRY)) {
                says.add(new LogLine(
                        time,
                        "warn",
                        "xdsproxy",
                        "failed to connect to upstream " + Addresses.istiod(proxy.revision())
                                + ": failed to build grpc connection: context deadline exceeded: connection error: desc ="
                                + " \"transport: Error while dialing: dial tcp 10.96.0.12:15012: i/o timeout\""));
            }
        }
    }
}
