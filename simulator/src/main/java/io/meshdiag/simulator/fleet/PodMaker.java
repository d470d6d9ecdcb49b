package io.meshdiag.simulator.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Puts pods onto a cluster's nodes in turn and numbers their addresses. */
final class PodMaker {
    private final Fleet fleet;
    private final Cluster cluster;
    private int made;

    PodMaker(Fleet fleet, Cluster cluster) {
        this.fleet = fleet;
        this.cluster = cluster;
        this.made = (int) cluster.pods().count();
    }

    /** Pods of a Deployment, all with the label app. */
    void deployment(
            Pod.Role role,
            String namespace,
            String workload,
            String app,
            String account,
            int replicas,
            String revision) {
        String replicaSet = workload + "-" + fleet.names().suffix(10, cluster.id(), namespace, workload, "rs");
        List<Pod> pods = new ArrayList<>();
        for (int i = 0; i < replicas; i++) {
            String name = replicaSet + "-" + fleet.names().suffix(5, cluster.id(), namespace, workload, i);
            Node node = cluster.nodes().get(made % cluster.nodes().size());
            pods.add(pod(role, namespace, name, app, workload, replicaSet, account, node, revision));
        }
        add(namespace, app, pods);
    }

    /** A pod on every node, as a DaemonSet makes them. */
    void daemonSet(Pod.Role role, String namespace, String workload, String account) {
        List<Pod> pods = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            String name = workload + "-" + fleet.names().suffix(5, cluster.id(), namespace, workload, node.name());
            pods.add(pod(role, namespace, name, workload, workload, "", account, node, ""));
        }
        add(namespace, workload, pods);
    }

    private void add(String namespace, String app, List<Pod> pods) {
        cluster.podsByApp()
                .computeIfAbsent(namespace + "/" + app, key -> new ArrayList<>())
                .addAll(pods);
    }

    private Pod pod(
            Pod.Role role,
            String namespace,
            String name,
            String app,
            String workload,
            String replicaSet,
            String account,
            Node node,
            String revision) {
        int number = made++;
        String ip = fleet.settings().addressing().pod(cluster.index(), number);
        Instant created = fleet.settings().time().minus(Duration.ofHours(73)).plusSeconds(number % 900);
        String uid = fleet.names().uuid(cluster.id(), namespace, name);
        return new Pod(role, namespace, name, app, workload, replicaSet, account, ip, node, uid, created, revision);
    }
}
