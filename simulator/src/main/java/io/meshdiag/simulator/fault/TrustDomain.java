package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;

/**
 * A cluster was installed with a trust domain of its own.
 *
 * @param aliased whether the others, and it, name each other's as an alias: then nothing is wrong
 */
record TrustDomain(String cluster, String domain, boolean aliased) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new TrustDomain(fields.text("cluster"), fields.text("domain"), fields.flag("aliased", false));
    }

    @Override
    public void applyTo(Fleet fleet) {
        var own = fleet.cluster(cluster).trust();
        String before = own.domain();
        own.domain(domain);
        if (aliased) {
            own.aliases(List.of(before));
            fleet.clusters().values().stream()
                    .map(each -> each.trust())
                    .filter(trust -> trust != own)
                    .forEach(trust -> trust.aliases(List.of(domain)));
        }
    }
}
