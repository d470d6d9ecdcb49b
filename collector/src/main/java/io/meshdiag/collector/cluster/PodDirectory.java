package io.meshdiag.collector.cluster;

import io.meshdiag.collector.extract.kubernetes.Pod;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The pods that the watch knows of at present. Thread-safe; lists are snapshots, in the order of their names. */
public interface PodDirectory {
    /** Running pods of the control plane, of every revision. */
    List<Pod> istiods();

    /** Pods with a proxy that are to run, gateways too. */
    List<Pod> proxies();

    /** Pods of the DaemonSet istio-cni-node. */
    List<Pod> cniAgents();

    /** Running pods of the DaemonSet ztunnel; none without ambient mode. */
    default List<Pod> ztunnels() {
        return List.of();
    }

    Optional<Pod> pod(String namespace, String name);

    /** False until all pods were listed once: before that, a pod that is not there may still exist. */
    boolean complete();

    /** Tells of every pod that is deleted. */
    void onDeleted(Consumer<Pod> listener);
}
