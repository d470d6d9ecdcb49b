package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/**
 * The remote secret in "from" for "to" leads elsewhere: to an address of the machine where it was made, or to a third cluster.
 *
 * @param server host and port; empty when it leads to a cluster
 * @param leadsTo the other cluster; empty when it leads to a server
 */
record RemoteSecretMisdirected(String from, String to, String server, String leadsTo, Instant at) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new RemoteSecretMisdirected(
                fields.text("from"),
                fields.text("to"),
                fields.text("server", ""),
                fields.text("leadsTo", ""),
                fields.time("at", since));
    }

    @Override
    public List<String> clusters() {
        return leadsTo.isEmpty() ? List.of(from, to) : List.of(from, to, leadsTo);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return server.isEmpty() == leadsTo.isEmpty() ? List.of("give either 'server' or 'leadsTo'") : List.of();
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster observer = fleet.cluster(from);
        String id = fleet.cluster(to).id();
        if (!leadsTo.isEmpty()) {
            Cluster other = fleet.cluster(leadsTo);
            observer.remoteSecrets().computeIfPresent(id, (key, access) -> access.of(other));
            return;
        }
        observer.remoteSecrets().computeIfPresent(id, (key, access) -> access.at(server));
        String cause = "Get \"https://" + server + "/api/v1/pods?limit=500&resourceVersion=0\": dial tcp " + server
                + ": connect: connection refused";
        WatchErrors.since(at, fleet, observer, id, cause);
    }
}
