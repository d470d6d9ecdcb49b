package io.meshdiag.collector.cluster.cni;

import io.meshdiag.collector.extract.kubernetes.CniMetrics;
import io.meshdiag.collector.extract.kubernetes.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The latest metrics of every agent, for whoever writes its CniNode. Thread-safe. */
public final class AgentMetrics implements CniMetrics {
    private final Map<String, Values> values = new ConcurrentHashMap<>();
    private final Consumer<String> changed;

    /** @param changed told the node of an agent whose metrics differ from what was known */
    public AgentMetrics(Consumer<String> changed) {
        this.changed = changed;
    }

    @Override
    public Optional<Values> of(Pod agent) {
        return Optional.ofNullable(values.get(Rotation.name(agent)));
    }

    void put(Pod agent, Values now) {
        Values before = values.put(Rotation.name(agent), now);
        if (!now.equals(before) && agent.node() != null) {
            changed.accept(agent.node());
        }
    }

    void retain(Set<String> agents) {
        values.keySet().retainAll(agents);
    }
}
