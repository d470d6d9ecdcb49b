package io.meshdiag.collector.cluster.probe;

import io.meshdiag.fact.ProbeTarget;
import java.util.Comparator;

/**
 * One address that may be probed.
 *
 * @param peerClusterId cluster behind it; empty where nothing names it: a gateway of static meshNetworks, an external control plane
 * @param host name or IP address, IPv6 without brackets
 */
public record ProbeAim(String peerClusterId, ProbeTarget target, String host, int port)
        implements Comparable<ProbeAim> {
    private static final Comparator<ProbeAim> ORDER = Comparator.comparing(ProbeAim::peerClusterId)
            .thenComparing(ProbeAim::target)
            .thenComparing(ProbeAim::host)
            .thenComparing(ProbeAim::port);

    @Override
    public int compareTo(ProbeAim other) {
        return ORDER.compare(this, other);
    }
}
