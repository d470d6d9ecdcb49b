package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Proxy;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** istiod does not accept the tokens of a namespace's sidecars: their certificates, good for a day, are twenty hours old. */
record CertificatesNotRenewed(String cluster, String namespace, double share) implements SidecarFault {
    private static final String REFUSED = "failed to warm certificate: failed to generate workload certificate: create"
            + " certificate: rpc error: code = Unauthenticated desc = authentication failure";

    static Fault read(Fields fields, Instant since) {
        return new CertificatesNotRenewed(fields.text("cluster"), fields.text("namespace"), fields.share("share", 1));
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Instant now = fleet.settings().time();
        for (Proxy proxy : Sidecars.of(hit, namespace, share)) {
            hit.trust().age(proxy, Duration.ofHours(20));
            List<LogLine> says = hit.proxyLogs().computeIfAbsent(proxy.id(), id -> new ArrayList<>());
            for (int minutes = 60; minutes > 0; minutes -= 5) {
                says.add(new LogLine(
                        now.minus(Duration.ofMinutes(minutes)), "error", "cache", "resource:default " + REFUSED));
            }
        }
    }
}
