package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.util.List;

/** Something wrong in a fleet: it changes the truth at the layer where it arises, and every page follows. */
public interface Fault {
    /** Ids of the clusters that it names. */
    List<String> clusters();

    /** Ids that findings may name although no cluster of the scenario is called so: what the fault calls a cluster. */
    default List<String> names() {
        return List.of();
    }

    void applyTo(Fleet fleet);

    /** What in the scenario does not fit this fault; empty when all does. Clusters are checked for every fault. */
    default List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return List.of();
    }
}
