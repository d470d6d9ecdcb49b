package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;

/** Nobody applied the Gateway that opens port 15443: the east-west gateway is there, and does not listen. */
record PassthroughMissing(String cluster) implements ClusterFault, GatewayFault {
    static Fault read(Fields fields, Instant since) {
        return new PassthroughMissing(fields.text("cluster"));
    }

    @Override
    public void applyTo(Fleet fleet) {
        fleet.cluster(cluster).customResources().removeIf(resource -> resource.name()
                .equals("cross-network-gateway"));
    }
}
