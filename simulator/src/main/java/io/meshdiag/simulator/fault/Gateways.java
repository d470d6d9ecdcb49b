package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.scenario.ClusterSpec;
import java.util.List;

/** What faults of gateways need. */
final class Gateways {
    private Gateways() {}

    static List<String> problems(List<ClusterSpec> clusters) {
        boolean several = clusters.stream().map(ClusterSpec::network).distinct().count() > 1;
        return several ? List.of() : List.of("no east-west gateway: all clusters are in one network");
    }
}
