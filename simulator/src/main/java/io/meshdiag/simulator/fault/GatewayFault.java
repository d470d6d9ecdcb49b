package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.util.List;

/** A fault of an east-west gateway, or of what is known of it. */
interface GatewayFault extends Fault {
    @Override
    default List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        boolean several = clusters.stream().map(ClusterSpec::network).distinct().count() > 1;
        return several ? List.of() : List.of("no east-west gateway: all clusters are in one network");
    }
}
