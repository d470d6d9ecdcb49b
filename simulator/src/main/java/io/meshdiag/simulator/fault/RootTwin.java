package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.pki.Authority;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;

/** The commands that make the root were run once more for one cluster: its plugged-in CA descends from another root of the same name. */
record RootTwin(String cluster) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new RootTwin(fields.text("cluster"));
    }

    @Override
    public void applyTo(Fleet fleet) {
        Instant made = fleet.settings().time().minus(Duration.ofDays(190));
        String organization = "O=" + fleet.settings().mesh();
        Authority twin = Authority.root(
                organization + ",CN=Root CA",
                made,
                Duration.ofDays(3650),
                fleet.settings().seed() + "/twin/" + cluster);
        fleet.cluster(cluster)
                .signWith(twin.intermediate(
                        organization + ",CN=Intermediate CA,L=" + cluster,
                        made,
                        Duration.ofDays(730),
                        fleet.settings().seed() + "/twin-ca/" + cluster));
    }
}
