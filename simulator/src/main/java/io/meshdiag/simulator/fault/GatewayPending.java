package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Service;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** Nobody provides the load balancer of the east-west gateway: no istiod finds the way into that network. */
record GatewayPending(String cluster) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new GatewayPending(fields.text("cluster"));
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
        Cluster hit = fleet.cluster(cluster);
        hit.replace(hit.eastWestGateway().withLoadBalancerIp(Service.PENDING));
    }
}
