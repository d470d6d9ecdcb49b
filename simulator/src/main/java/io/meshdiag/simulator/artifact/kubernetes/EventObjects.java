package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Event;
import io.meshdiag.simulator.fleet.Fleet;
import java.util.Map;
import java.util.stream.Stream;

/** The events of {@link EventTable} as the API server has them. */
public final class EventObjects {
    private static final Map<String, String> KINDS = Map.of("pod", "Pod", "replicaset", "ReplicaSet");

    private final EventTable table;

    public EventObjects(Fleet fleet, Cluster cluster) {
        this.table = new EventTable(fleet, cluster);
    }

    public Stream<Map<String, Object>> all() {
        return table.events().map(this::object);
    }

    private Map<String, Object> object(Event event) {
        String[] object = event.object().split("/", 2);
        String[] source = event.source().split(", ", 2);
        return Tree.of(
                "apiVersion",
                "v1",
                "kind",
                "Event",
                "metadata",
                Tree.of("name", table.name(event), "namespace", event.namespace()),
                "involvedObject",
                Tree.of("kind", KINDS.get(object[0]), "name", object[1], "namespace", event.namespace()),
                "type",
                event.type(),
                "reason",
                event.reason(),
                "message",
                event.message(),
                "source",
                Tree.of("component", source[0], "host", source.length > 1 ? source[1] : null),
                "firstTimestamp",
                event.firstAt().toString(),
                "lastTimestamp",
                event.lastAt().toString(),
                "count",
                event.count());
    }
}
