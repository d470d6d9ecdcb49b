package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Tree;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Deployments, ReplicaSets and DaemonSets, derived from the pods that they made. */
final class Workloads {
    private final Cluster cluster;
    private final Meta meta;

    Workloads(Fleet fleet, Cluster cluster) {
        this.cluster = cluster;
        this.meta = new Meta(fleet, cluster);
    }

    Stream<Map<String, Object>> all() {
        return cluster.podsByApp().values().stream()
                .filter(pods -> !pods.isEmpty())
                .flatMap(pods -> of(pods.get(0), pods.size()));
    }

    private Stream<Map<String, Object>> of(Pod pod, int replicas) {
        Map<String, String> labels = Map.of("app", pod.app());
        Map<String, Object> selector = Tree.of("matchLabels", labels);
        if (pod.stateful()) {
            return Stream.of(meta.object(
                    "apps/v1",
                    "StatefulSet",
                    pod.namespace(),
                    pod.workload(),
                    labels,
                    "spec",
                    Tree.of("replicas", replicas, "selector", selector, "serviceName", pod.app()),
                    "status",
                    status(replicas)));
        }
        if (pod.replicaSet().isEmpty()) {
            return Stream.of(meta.object(
                    "apps/v1",
                    "DaemonSet",
                    pod.namespace(),
                    pod.workload(),
                    Map.of("k8s-app", pod.workload()),
                    "spec",
                    Tree.of("selector", selector),
                    "status",
                    Tree.of(
                            "currentNumberScheduled",
                            replicas,
                            "desiredNumberScheduled",
                            replicas,
                            "numberAvailable",
                            replicas,
                            "numberReady",
                            replicas)));
        }
        Map<String, Object> deployment = meta.object(
                "apps/v1",
                "Deployment",
                pod.namespace(),
                pod.workload(),
                labels,
                "spec",
                Tree.of("replicas", replicas, "selector", selector),
                "status",
                status(replicas));
        Map<String, Object> set = meta.object(
                "apps/v1",
                "ReplicaSet",
                pod.namespace(),
                pod.replicaSet(),
                labels,
                "spec",
                Tree.of("replicas", replicas, "selector", selector),
                "status",
                status(replicas));
        @SuppressWarnings("unchecked")
        Map<String, Object> metadata = (Map<String, Object>) set.get("metadata");
        metadata.put(
                "ownerReferences",
                List.of(Tree.of(
                        "apiVersion",
                        "apps/v1",
                        "controller",
                        true,
                        "kind",
                        "Deployment",
                        "name",
                        pod.workload(),
                        "uid",
                        meta.uid("Deployment", pod.namespace(), pod.workload()))));
        return Stream.of(deployment, set);
    }

    private static Map<String, Object> status(int replicas) {
        return Tree.of("availableReplicas", replicas, "readyReplicas", replicas, "replicas", replicas);
    }
}
