package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Node;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;

/** The nodes of a cluster were given the pod addresses that another cluster's nodes have. */
record CidrOverlap(String cluster, String other) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new CidrOverlap(fields.text("cluster"), fields.text("other"));
    }

    @Override
    public List<String> clusters() {
        return List.of(cluster, other);
    }

    @Override
    public void applyTo(Fleet fleet) {
        List<Node> theirs = fleet.cluster(other).nodes();
        List<Node> nodes = fleet.cluster(cluster).nodes();
        for (int i = 0; i < Math.min(nodes.size(), theirs.size()); i++) {
            nodes.set(i, nodes.get(i).withPodCidr(theirs.get(i).podCidr()));
        }
    }
}
