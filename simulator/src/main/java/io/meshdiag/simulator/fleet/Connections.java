package io.meshdiag.simulator.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which Envoys of a cluster are connected to which of its istiod replicas. */
public final class Connections {
    private final Cluster cluster;
    private final Set<String> disconnected = new TreeSet<>();

    Connections(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Envoys that run without a connection to any istiod, by proxy id. */
    public Set<String> disconnected() {
        return disconnected;
    }

    /** The istiod replica that an Envoy is connected to, or was, or would be. */
    public Pod istiodOf(Proxy proxy) {
        return cluster.pods(Pod.Role.ISTIOD).stream()
                .filter(istiod -> assigned(istiod).contains(proxy))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no istiod serves " + proxy.id()));
    }

    /** The Envoys that are connected to one istiod replica. */
    public List<Proxy> proxiesOf(Pod istiod) {
        Set<Proxy> away = cluster.vms().stream()
                .filter(vm -> !cluster.state(vm).connected())
                .map(cluster::proxy)
                .collect(Collectors.toSet());
        return assigned(istiod).stream()
                .filter(proxy -> !away.contains(proxy) && !disconnected.contains(proxy.id()))
                .toList();
    }

    /** Those of its revision, spread evenly. */
    private List<Proxy> assigned(Pod istiod) {
        List<Pod> replicas = cluster.pods(Pod.Role.ISTIOD).stream()
                .filter(pod -> pod.revision().equals(istiod.revision()))
                .toList();
        int turn = replicas.indexOf(istiod);
        List<Proxy> mine = new ArrayList<>();
        int next = 0;
        for (Proxy proxy : cluster.proxies()) {
            if (proxy.revision().equals(istiod.revision()) && next++ % replicas.size() == turn) {
                mine.add(proxy);
            }
        }
        return mine;
    }
}
