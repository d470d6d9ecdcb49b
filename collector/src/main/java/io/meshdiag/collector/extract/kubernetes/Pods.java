package io.meshdiag.collector.extract.kubernetes;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Pods by namespace/name, and those few that are asked for by what they do. */
final class Pods {
    private final NavigableMap<String, Pod> all = new TreeMap<>();
    private final Map<String, Pod> istiods = new TreeMap<>();
    private final Map<String, Pod> agents = new TreeMap<>();
    private final Map<String, Map<String, Pod>> agentsByNode = new HashMap<>();

    /** Returns what was known of the pod before; null = nothing. */
    Pod put(Pod pod) {
        Pod before = remove(pod.key());
        all.put(pod.key(), pod);
        if (pod.istiod()) {
            istiods.put(pod.key(), pod);
        }
        if (pod.agent()) {
            agents.put(pod.key(), pod);
        }
        if (pod.agent() && pod.node() != null) {
            agentsByNode.computeIfAbsent(pod.node(), n -> new TreeMap<>()).put(pod.key(), pod);
        }
        return before;
    }

    /** Returns what was known of the pod; null = nothing. */
    Pod remove(String key) {
        Pod before = all.remove(key);
        if (before == null) {
            return null;
        }
        istiods.remove(key);
        agents.remove(key);
        if (before.agent() && before.node() != null) {
            agentsByNode.computeIfPresent(before.node(), (node, agents) -> {
                agents.remove(key);
                return agents.isEmpty() ? null : agents;
            });
        }
        return before;
    }

    /** Null when there is none of that key. */
    Pod get(String key) {
        return all.get(key);
    }

    Collection<Pod> all() {
        return all.values();
    }

    /** Pods of one namespace. */
    Collection<Pod> in(String namespace) {
        // '0' is the character after '/'.
        return all.subMap(namespace + "/", namespace + "0").values();
    }

    Collection<Pod> istiods() {
        return istiods.values();
    }

    /** The agent of istio-cni-node that runs on a node; null when none does. */
    Pod agentOn(String node) {
        return agentsByNode.getOrDefault(node, Map.of()).values().stream()
                .filter(Pod::running)
                .reduce((first, last) -> last)
                .orElse(null);
    }

    /** Pods of the DaemonSet istio-cni-node. */
    Collection<Pod> agents() {
        return agents.values();
    }
}
