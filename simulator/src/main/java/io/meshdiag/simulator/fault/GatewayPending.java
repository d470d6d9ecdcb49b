package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Service;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;

/** Nobody provides the load balancer of the east-west gateway: no istiod finds the way into that network. */
record GatewayPending(String cluster) implements ClusterFault, GatewayFault {
    static Fault read(Fields fields, Instant since) {
        return new GatewayPending(fields.text("cluster"));
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        hit.replace(hit.eastWestGateway().withLoadBalancerIp(Service.PENDING));
    }
}
