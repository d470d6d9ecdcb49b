package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Metadata of the objects of one cluster. */
final class Meta {
    private final Fleet fleet;
    private final Cluster cluster;

    Meta(Fleet fleet, Cluster cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
    }

    /** An object without a namespace has an empty one. */
    Map<String, Object> object(
            String apiVersion, String kind, String namespace, String name, Map<String, String> labels, Object... rest) {
        return object(apiVersion, kind, of(kind, namespace, name, labels, installed()), rest);
    }

    static Map<String, Object> object(String apiVersion, String kind, Map<String, Object> metadata, Object... rest) {
        Map<String, Object> object = new LinkedHashMap<>(Tree.of("apiVersion", apiVersion, "kind", kind));
        object.put("metadata", metadata);
        object.putAll(Tree.of(rest));
        return object;
    }

    Map<String, Object> of(String kind, String namespace, String name, Map<String, String> labels, Instant created) {
        return Tree.of(
                "creationTimestamp",
                created.toString(),
                "labels",
                labels.isEmpty() ? null : new TreeMap<>(labels),
                "name",
                name,
                "namespace",
                namespace.isEmpty() ? null : namespace,
                "resourceVersion",
                Integer.toString(10_000 + Math.abs((cluster.name() + kind + namespace + name).hashCode() % 900_000)),
                "uid",
                uid(kind, namespace, name));
    }

    String uid(String kind, String namespace, String name) {
        return fleet.names().uuid(cluster.name(), kind, namespace, name);
    }

    /** When this cluster was set up. */
    Instant installed() {
        return fleet.settings().time().minus(Duration.ofDays(30)).plusSeconds(cluster.index());
    }
}
