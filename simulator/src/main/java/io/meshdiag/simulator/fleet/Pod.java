package io.meshdiag.simulator.fleet;

import java.time.Instant;

/**
 * A running pod.
 *
 * @param workload its Deployment or DaemonSet
 * @param replicaSet empty = owned by a DaemonSet
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

    /** Whether it has an Envoy. */
    public boolean hasProxy() {
        return role == Role.GATEWAY || (role == Role.APP && !revision.isEmpty());
    }
}
