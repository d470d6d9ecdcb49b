package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** Nobody applied the Gateway that opens port 15443: the east-west gateway is there, and does not listen. */
record PassthroughMissing(String cluster) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new PassthroughMissing(fields.text("cluster"));
    }

    @Override
    public List<String> clusters() {
        return List.of(cluster);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return Gateways.problems(clusters);
    }

    @Override
    public void applyTo(Fleet fleet) {
        fleet.cluster(cluster).customResources().removeIf(resource -> resource.name()
                .equals("cross-network-gateway"));
    }
}
