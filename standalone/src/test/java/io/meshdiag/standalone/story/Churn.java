package io.meshdiag.standalone.story;

import io.meshdiag.simulator.fault.Fault;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Node;
import io.meshdiag.simulator.fleet.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What happens in fleets, mostly where nothing is wrong. */
final class Churn {
    private Churn() {}

    /** A change that is no fault. */
    private interface Change extends Fault {
        @Override
        default List<String> clusters() {
            return List.of();
        }
    }

    /** The pods of some apps were replaced: other names, other addresses. */
    static Fault restarted(String cluster, int generation, Predicate<Pod> which) {
        return (Change) fleet -> fleet.cluster(cluster).podsByApp().replaceAll((app, pods) -> pods.stream()
                .map(pod -> which.test(pod) ? replaced(fleet, pod, generation) : pod)
                .toList());
    }

    /** In the middle of a rolling update: the first pod of every app is a new one, beside those that are to go. */
    static Fault surging(String cluster, int generation, Predicate<Pod> which) {
        return (Change) fleet -> fleet.cluster(cluster).podsByApp().replaceAll((app, pods) -> {
            List<Pod> both = new ArrayList<>(pods);
            pods.stream().filter(which).limit(1).forEach(pod -> both.add(replaced(fleet, pod, generation)));
            return List.copyOf(both);
        });
    }

    /** The last istiod replica is away for a moment; proxies went over to the others. */
    static Fault istiodAway(String cluster) {
        return (Change) fleet -> fleet.cluster(cluster)
                .podsByApp()
                .replaceAll((app, pods) -> pods.isEmpty() || pods.get(0).role() != Pod.Role.ISTIOD
                        ? pods
                        : pods.subList(0, pods.size() - 1));
    }

    /** Apps of a namespace have so many pods; a cluster may have none of a service. */
    static Fault scaled(String cluster, String namespace, int replicas) {
        return (Change) fleet -> fleet.cluster(cluster).podsByApp().replaceAll((app, pods) -> {
            if (!app.startsWith(namespace + "/")) {
                return pods;
            }
            List<Pod> scaled = new ArrayList<>(pods.subList(0, Math.min(replicas, pods.size())));
            while (scaled.size() < replicas) {
                scaled.add(replaced(fleet, pods.get(0), 1_000 + scaled.size()));
            }
            return List.copyOf(scaled);
        });
    }

    /** A node was replaced by a new one; its pods were made anew there. */
    static Fault nodeReplaced(String cluster, int number) {
        return (Change) fleet -> {
            Cluster at = fleet.cluster(cluster);
            Node old = at.nodes().get(number);
            Node next = new Node("new-" + old.name(), old.ip(), old.region(), old.zone(), old.podCidr());
            at.nodes().set(number, next);
            at.podsByApp().replaceAll((app, pods) -> pods.stream()
                    .map(pod -> pod.node().equals(old) ? moved(replaced(fleet, pod, 77), next) : pod)
                    .toList());
        };
    }

    /** Istiods and proxies of these clusters have that version. */
    static Fault upgraded(String version, String... clusters) {
        return (Change)
                fleet -> List.of(clusters).forEach(id -> fleet.cluster(id).upgrade(version));
    }

    /** Pods that an upgrade replaces. */
    static Predicate<Pod> inMesh() {
        return pod -> pod.role() == Pod.Role.ISTIOD || pod.hasProxy();
    }

    /** Pods that a team replaces. */
    static Predicate<Pod> apps() {
        return pod -> pod.role() == Pod.Role.APP;
    }

    private static Pod replaced(Fleet fleet, Pod pod, int generation) {
        String name =
                pod.name().substring(0, pod.name().length() - 5) + fleet.names().suffix(5, pod.name(), generation);
        String[] address = pod.ip().split("\\.");
        // Simulated pods have low third numbers: a generation of its own range of addresses each.
        String ip = address[0] + "." + address[1] + "." + (Integer.parseInt(address[2]) + 20 + generation % 200) + "."
                + address[3];
        Instant created = fleet.settings().time();
        return new Pod(
                pod.role(),
                pod.namespace(),
                name,
                pod.app(),
                pod.workload(),
                pod.replicaSet(),
                pod.serviceAccount(),
                ip,
                pod.node(),
                fleet.names().uuid(name),
                created,
                pod.revision());
    }

    private static Pod moved(Pod pod, Node node) {
        return new Pod(
                pod.role(),
                pod.namespace(),
                pod.name(),
                pod.app(),
                pod.workload(),
                pod.replicaSet(),
                pod.serviceAccount(),
                pod.ip(),
                node,
                pod.uid(),
                pod.createdAt(),
                pod.revision());
    }

    /** A cluster leaves as it should: neither its peers nor it itself have remote secrets of the other. */
    static Fault unlinked(String cluster) {
        return (Change) fleet -> {
            fleet.cluster(cluster).remoteSecrets().clear();
            fleet.clusters().values().forEach(peer -> peer.remoteSecrets()
                    .values()
                    .removeIf(access -> access.target().equals(cluster)));
        };
    }

    /** All istiods of a cluster lost the endpoints of another one. */
    static Fault endpointsLost(String cluster, String lost) {
        return (Change) fleet -> fleet.cluster(cluster)
                .pods(Pod.Role.ISTIOD)
                .forEach(istiod ->
                        fleet.cluster(cluster).distortions().lostEndpoints().put(istiod.name(), Set.of(lost)));
    }
}
