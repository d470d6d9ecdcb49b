package io.meshdiag.simulator.fault;

import java.util.List;

/** A fault of one cluster. */
interface ClusterFault extends Fault {
    String cluster();

    @Override
    default List<String> clusters() {
        return List.of(cluster());
    }
}
