package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Outlier detection of a share of a namespace's sidecars in "from" ejected the east-west gateway of "to". */
record GatewayEjected(String from, String to, String namespace, double share) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new GatewayEjected(
                fields.text("from"), fields.text("to"), fields.text("namespace"), fields.share("share", 1));
    }

    @Override
    public List<String> clusters() {
        return List.of(from, to);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return Sidecars.problems(from, namespace, services);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(from);
        Sidecars.of(hit, namespace, share)
                .forEach(proxy -> hit.distortions().ejectedClusters().put(proxy.id(), Set.of(to)));
    }
}
