package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** The east-west gateway is labelled with a network that its cluster is not in. */
record NetworkLabelWrong(String cluster, String network) implements ClusterFault, GatewayFault {
    static Fault read(Fields fields, Instant since) {
        return new NetworkLabelWrong(fields.text("cluster"), fields.text("network"));
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Map<String, String> labels = new TreeMap<>(hit.eastWestGateway().labels());
        labels.put("topology.istio.io/network", network);
        hit.replace(hit.eastWestGateway().withLabels(labels));
    }
}
