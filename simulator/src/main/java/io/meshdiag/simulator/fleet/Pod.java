package io.meshdiag.simulator.fleet;

import java.time.Instant;

/**
 * A running pod.
 *
 * @param workload its Deployment, StatefulSet or DaemonSet
 * @param replicaSet empty = owned by a StatefulSet or a DaemonSet
 * @param revision control plane of its proxy; empty = none
 */
public record Pod(
        Role role,
        String namespace,
        String name,
        String app,
        String workload,
        String replicaSet,
        String serviceAccount,
        String ip,
        Node node,
        String uid,
        Instant createdAt,
        String revision) {

    /** What a pod does in the mesh. */
    public enum Role {
        APP,
        GATEWAY,
        ISTIOD,
        CNI,
        SYSTEM
    }

    /** Whether a StatefulSet made it: no application is a DaemonSet. */
    public boolean stateful() {
        return role == Role.APP && replicaSet.isEmpty();
    }

    /** The same pod as the one of that number in a StatefulSet. */
    public Pod ofStatefulSet(int number) {
        return new Pod(
                role,
                namespace,
                workload + "-" + number,
                app,
                workload,
                "",
                serviceAccount,
                ip,
                node,
                uid,
                createdAt,
                revision);
    }

    /** Whether it has an Envoy. */
    public boolean hasProxy() {
        return role == Role.GATEWAY || (role == Role.APP && !revision.isEmpty());
    }
}
