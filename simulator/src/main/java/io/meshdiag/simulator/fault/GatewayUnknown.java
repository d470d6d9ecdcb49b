package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;

/** The istiods of "from" read endpoints of the cluster "to", but not its gateway, and so call its pods directly. */
record GatewayUnknown(String from, String to) implements GatewayFault {
    static Fault read(Fields fields, Instant since) {
        return new GatewayUnknown(fields.text("from"), fields.text("to"));
    }

    @Override
    public List<String> clusters() {
        return List.of(from, to);
    }

    @Override
    public void applyTo(Fleet fleet) {
        fleet.cluster(from).distortions().unseenGateways().add(to);
    }
}
