package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * istiods of other clusters get no connection to a cluster's API server: a firewall, or no address that they can reach.
 *
 * @param from who is kept out; empty = everybody
 */
record ApiServerUnreachable(String cluster, List<String> from, Instant at) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new ApiServerUnreachable(
                fields.text("cluster"), fields.texts("from", List.of()), fields.time("at", since));
    }

    @Override
    public List<String> clusters() {
        List<String> all = new ArrayList<>(from);
        all.add(cluster);
        return all;
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster target = fleet.cluster(cluster);
        String address = target.apiServer();
        String cause = "Get \"https://" + address + "/api/v1/pods?limit=500&resourceVersion=0\": dial tcp " + address
                + ": i/o timeout";
        for (Cluster observer : WatchErrors.observers(fleet, cluster, from)) {
            WatchErrors.since(at, fleet, observer, target.id(), cause);
        }
    }
}
