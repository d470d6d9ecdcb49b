package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Port;
import io.meshdiag.simulator.fleet.Service;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** One cluster's Service has another port number than the Service of that name in the other clusters. */
record ServiceRedefined(String cluster, String namespace, String name, int port) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new ServiceRedefined(
                fields.text("cluster"),
                fields.text("namespace"),
                fields.text("name"),
                fields.number("port", 9090, 1, 65_535));
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        boolean some = services.stream()
                .anyMatch(service ->
                        service.namespace().equals(namespace) && service.name().equals(name) && service.isIn(cluster));
        return some ? List.of() : List.of("no Service " + namespace + "/" + name + " in " + cluster);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Service service = hit.services().get(namespace + "/" + name);
        Port first = service.ports().get(0);
        hit.replace(service.withPorts(List.of(new Port(first.name(), port, first.target()))));
    }
}
