package io.meshdiag.simulator.fleet;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a cluster's istiods and Envoys know of other clusters that is not so: by themselves they would know what is there. Faults change it. */
public final class Distortions {
    private final Map<String, Set<String>> lostEndpoints = new TreeMap<>();
    private final Map<String, List<Pod>> frozenEndpoints = new TreeMap<>();
    private final Map<String, Map<String, List<Pod>>> keptEndpoints = new TreeMap<>();
    private final Map<String, Set<String>> ejectedClusters = new TreeMap<>();
    private final Set<String> unseenGateways = new TreeSet<>();

    /** istiod pods that lost endpoints of other clusters: their names to the ids of these clusters. */
    public Map<String, Set<String>> lostEndpoints() {
        return lostEndpoints;
    }

    /** Pods that the cluster's istiods still take for endpoints of other clusters: those of {@code <cluster>/<namespace>/<app>} as they once were. */
    public Map<String, List<Pod>> frozenEndpoints() {
        return frozenEndpoints;
    }

    /** Pods that one of the cluster's proxies still has although its istiod dropped them: by proxy id, then as {@link #frozenEndpoints}. */
    public Map<String, Map<String, List<Pod>>> keptEndpoints() {
        return keptEndpoints;
    }

    /** Clusters whose gateways a proxy's outlier detection ejected, for every Service: by proxy id. */
    public Map<String, Set<String>> ejectedClusters() {
        return ejectedClusters;
    }

    /** Clusters whose east-west gateways the cluster's istiods may not list, although they read the rest. */
    public Set<String> unseenGateways() {
        return unseenGateways;
    }
}
