package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.CustomResource;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pods of a Service belong to StatefulSets of one name in two clusters, and a ServiceEntry in both selects them. */
record StatefulCollapse(String cluster, String other, String namespace, String name, Instant at) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new StatefulCollapse(
                fields.text("cluster"),
                fields.text("other"),
                fields.text("namespace"),
                fields.text("name"),
                fields.time("at", since));
    }

    @Override
    public List<String> clusters() {
        return List.of(cluster, other);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        boolean both = services.stream()
                .anyMatch(service -> service.namespace().equals(namespace)
                        && service.name().equals(name)
                        && service.isIn(cluster)
                        && service.isIn(other)
                        && service.replicas() > 0);
        return both ? List.of() : List.of("no Service " + namespace + "/" + name + " with pods in both clusters");
    }

    @Override
    public void applyTo(Fleet fleet) {
        for (String id : clusters()) {
            Cluster hit = fleet.cluster(id);
            hit.podsByApp().computeIfPresent(namespace + "/" + name, (app, pods) -> stateful(pods));
            hit.customResources()
                    .add(new CustomResource(
                            "networking.istio.io/v1",
                            "ServiceEntry",
                            namespace,
                            name,
                            Map.of(),
                            at,
                            Map.of(
                                    "hosts",
                                    List.of(name + "." + namespace + ".internal"),
                                    "location",
                                    "MESH_INTERNAL",
                                    "resolution",
                                    "STATIC",
                                    "ports",
                                    List.of(Map.of("name", "tcp", "number", 8080, "protocol", "TCP")),
                                    "workloadSelector",
                                    Map.of("labels", Map.of("app", name))),
                            Map.of()));
        }
    }

    /** The same pods, named as a StatefulSet names them. */
    private static List<Pod> stateful(List<Pod> pods) {
        List<Pod> named = new ArrayList<>();
        for (Pod pod : pods) {
            named.add(pod.ofStatefulSet(named.size()));
        }
        return named;
    }
}
