package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.util.List;

/** Nobody created the remote secret in one direction: the istiods of "from" cannot read the cluster "to". */
record RemoteSecretMissing(String from, String to) implements Fault {
    static Fault read(Fields fields) {
        return new RemoteSecretMissing(fields.text("from"), fields.text("to"));
    }

    @Override
    public List<String> clusters() {
        return List.of(from, to);
    }

    @Override
    public void applyTo(Fleet fleet) {
        fleet.cluster(from).remoteSecrets().remove(to);
    }
}
