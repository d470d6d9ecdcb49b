package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;

/** The east-west gateway was scaled down to no pod; its Service and address stay. */
record GatewayDown(String cluster) implements ClusterFault, GatewayFault {
    static Fault read(Fields fields, Instant since) {
        return new GatewayDown(fields.text("cluster"));
    }

    @Override
    public void applyTo(Fleet fleet) {
        fleet.cluster(cluster).podsByApp().put("istio-system/istio-eastwestgateway", List.of());
    }
}
