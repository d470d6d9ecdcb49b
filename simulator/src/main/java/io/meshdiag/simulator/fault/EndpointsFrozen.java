package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** A Service in "to" was scaled down to one pod, and the istiods of "from" never heard of it: they keep the pods that are gone. */
record EndpointsFrozen(String from, String to, String namespace, String name) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new EndpointsFrozen(
                fields.text("from"), fields.text("to"), fields.text("namespace"), fields.text("name"));
    }

    @Override
    public List<String> clusters() {
        return List.of(from, to);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        boolean some = services.stream()
                .anyMatch(service -> service.namespace().equals(namespace)
                        && service.name().equals(name)
                        && service.isIn(to)
                        && service.replicas() > 1);
        return some ? List.of() : List.of("no Service " + namespace + "/" + name + " with several pods in " + to);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster owner = fleet.cluster(to);
        List<Pod> before = owner.podsByApp().get(namespace + "/" + name);
        fleet.cluster(from).frozenEndpoints().put(String.join("/", to, namespace, name), before);
        owner.podsByApp().put(namespace + "/" + name, List.of(before.get(0)));
    }
}
