package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** Nobody created the remote secret in one direction: the istiods of "from" cannot read the cluster "to". */
record RemoteSecretMissing(String from, String to) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new RemoteSecretMissing(fields.text("from"), fields.text("to"));
    }

    @Override
    public List<String> clusters() {
        return List.of(from, to);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return from.equals(to) ? List.of("'from' and 'to' must be two clusters, not twice '" + from + "'") : List.of();
    }

    @Override
    public void applyTo(Fleet fleet) {
        fleet.cluster(from).remoteSecrets().remove(to);
    }
}
