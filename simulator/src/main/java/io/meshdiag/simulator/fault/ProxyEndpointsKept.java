package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A Service in "to" was scaled down to one pod. All istiods know; a share of the sidecars in a namespace of "from" keep the pods that are gone.
 *
 * @param namespace of the Service, and of the sidecars
 */
record ProxyEndpointsKept(String from, String to, String namespace, String name, double share) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new ProxyEndpointsKept(
                fields.text("from"),
                fields.text("to"),
                fields.text("namespace"),
                fields.text("name"),
                fields.share("share", 1));
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
        return some
                ? Sidecars.problems(from, namespace, services)
                : List.of("no Service " + namespace + "/" + name + " with several pods in " + to);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster owner = fleet.cluster(to);
        Cluster hit = fleet.cluster(from);
        List<Pod> before = owner.podsByApp().get(namespace + "/" + name);
        Sidecars.of(hit, namespace, share).forEach(proxy -> hit.distortions()
                .keptEndpoints()
                .put(proxy.id(), Map.of(String.join("/", to, namespace, name), before)));
        owner.podsByApp().put(namespace + "/" + name, List.of(before.get(0)));
    }
}
