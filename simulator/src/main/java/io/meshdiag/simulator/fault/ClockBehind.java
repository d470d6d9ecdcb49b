package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.artifact.kubernetes.Addresses;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Node;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The clock of a node is ten minutes behind: proxies there refuse the certificate that istiod renewed just now.
 *
 * @param node position in the cluster, from 0
 */
record ClockBehind(String cluster, int node) implements ClusterFault {
    private static final Duration BEHIND = Duration.ofMinutes(10);

    static Fault read(Fields fields, Instant since) {
        return new ClockBehind(fields.text("cluster"), fields.number("node", 0, 0, 239));
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return clusters.stream()
                .filter(spec -> spec.id().equals(cluster) && node >= spec.nodes())
                .map(spec -> "'node' must be below " + spec.nodes() + ", the number of nodes of " + cluster)
                .toList();
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Node slow = hit.nodes().get(node);
        Instant now = fleet.settings().time();
        for (Proxy proxy : hit.proxies()) {
            if (proxy.pod() != null && proxy.pod().node().equals(slow)) {
                hit.proxyLogs()
                        .computeIfAbsent(proxy.id(), id -> new ArrayList<>())
                        .addAll(says(proxy, now));
            }
        }
    }

    /** The times of the lines are those of the clock that is behind. */
    private static List<LogLine> says(Proxy proxy, Instant now) {
        List<LogLine> lines = new ArrayList<>();
        for (int seconds = 240; seconds > 0; seconds -= 60) {
            Instant at = now.minusSeconds(seconds).minus(BEHIND);
            lines.add(new LogLine(
                    at,
                    "warn",
                    "xdsproxy",
                    "failed to connect to upstream " + Addresses.istiod(proxy.revision())
                            + ": authentication handshake failed: tls: failed to verify certificate: x509: certificate has expired or"
                            + " is not yet valid: current time " + at + " is before "
                            + now.minusSeconds(300).minus(Duration.ofMinutes(2))));
        }
        return lines;
    }
}
