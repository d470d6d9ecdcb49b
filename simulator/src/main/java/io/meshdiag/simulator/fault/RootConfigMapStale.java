package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** istiod could not write its root into some namespaces: they still have one from before the mesh had its shared root. */
record RootConfigMapStale(String cluster, List<String> namespaces) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new RootConfigMapStale(fields.text("cluster"), fields.texts("namespaces", List.of()));
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        if (namespaces.isEmpty()) {
            return List.of("'namespaces' names none");
        }
        return namespaces.stream()
                .filter(namespace ->
                        services.stream().noneMatch(s -> s.namespace().equals(namespace) && s.isIn(cluster)))
                .map(namespace -> "no namespace '" + namespace + "' in " + cluster)
                .toList();
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        var old = List.of(fleet.selfSigned("before-cacerts/" + cluster).root());
        namespaces.forEach(namespace -> hit.trust().leaveBehind(namespace, old));
    }
}
