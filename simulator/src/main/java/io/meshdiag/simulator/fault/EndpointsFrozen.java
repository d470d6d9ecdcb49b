package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/**
 * Services in "to" were scaled down to one pod each, and istiods of others never heard of it: they keep the pods that are gone.
 *
 * @param from whose istiods; empty = those of all other clusters
 * @param namespace of the Services; empty = all
 * @param name of the Service; empty = all
 */
record EndpointsFrozen(String from, String to, String namespace, String name) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new EndpointsFrozen(
                fields.text("from", ""), fields.text("to"), fields.text("namespace", ""), fields.text("name", ""));
    }

    @Override
    public List<String> clusters() {
        return from.isEmpty() ? List.of(to) : List.of(from, to);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return services.stream().anyMatch(this::hits)
                ? List.of()
                : List.of("no Service " + namespace + "/" + name + " with several pods in " + to);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster owner = fleet.cluster(to);
        List<Cluster> observers = fleet.clusters().values().stream()
                .filter(cluster ->
                        from.isEmpty() ? cluster != owner : cluster.name().equals(from))
                .toList();
        owner.podsByApp().replaceAll((app, pods) -> {
            if (pods.size() < 2 || pods.get(0).role() != Pod.Role.APP || !named(app)) {
                return pods;
            }
            observers.forEach(cluster -> cluster.distortions().frozenEndpoints().put(to + "/" + app, pods));
            return List.of(pods.get(0));
        });
    }

    private boolean hits(ServiceSpec service) {
        return named(service.namespace() + "/" + service.name()) && service.isIn(to) && service.replicas() > 1;
    }

    /** @param app namespace/name */
    private boolean named(String app) {
        return (namespace.isEmpty() || app.startsWith(namespace + "/")) && (name.isEmpty() || app.endsWith("/" + name));
    }
}
