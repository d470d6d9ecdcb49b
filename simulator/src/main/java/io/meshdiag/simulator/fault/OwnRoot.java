package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;

/** istiod found no Secret cacerts and made its own CA, so that the cluster shares no root with any other. */
record OwnRoot(String cluster) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new OwnRoot(fields.text("cluster"));
    }

    @Override
    public void applyTo(Fleet fleet) {
        fleet.cluster(cluster).signWith(fleet.selfSigned("own-root/" + cluster));
    }
}
