package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.util.List;

/** A fault of sidecars in one namespace of one cluster. */
interface SidecarFault extends ClusterFault {
    String namespace();

    @Override
    default List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return Sidecars.problems(cluster(), namespace(), services);
    }
}
