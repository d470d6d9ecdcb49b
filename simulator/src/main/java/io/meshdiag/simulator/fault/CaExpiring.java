package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.pki.Authority;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A CA comes to its end.
 *
 * @param cluster whose intermediate CA it is; empty = the root that all clusters share
 * @param days that it is still valid
 */
record CaExpiring(String cluster, int days) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new CaExpiring(fields.text("cluster", ""), fields.number("days", 20, 1, 3650));
    }

    @Override
    public List<String> clusters() {
        return cluster.isEmpty() ? List.of() : List.of(cluster);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Instant now = fleet.settings().time();
        Instant from = now.minus(Duration.ofDays(365));
        Duration lifetime = Duration.ofDays(365L + days);
        if (!cluster.isEmpty()) {
            sign(fleet, fleet.cluster(cluster), fleet.root(), from, lifetime);
            return;
        }
        Authority root = Authority.root(
                "O=" + fleet.settings().mesh() + ",CN=Root CA",
                from,
                lifetime,
                fleet.settings().seed() + "/expiring-root");
        fleet.clusters()
                .values()
                .forEach(each -> sign(fleet, each, root, now.minus(Duration.ofDays(100)), Duration.ofDays(730)));
    }

    private static void sign(Fleet fleet, Cluster cluster, Authority root, Instant from, Duration lifetime) {
        cluster.signWith(root.intermediate(
                "O=" + fleet.settings().mesh() + ",CN=Intermediate CA,L=" + cluster.id(),
                from,
                lifetime,
                fleet.settings().seed() + "/expiring/" + cluster.id()));
    }
}
