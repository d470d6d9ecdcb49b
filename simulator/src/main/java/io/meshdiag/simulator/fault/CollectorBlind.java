package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.List;

/** Pages of istiod are not in the archive: the tool drops all of a replica's when one request fails. */
record CollectorBlind(String cluster, List<String> pages) implements ClusterFault {
    static Fault read(Fields fields, Instant since) {
        return new CollectorBlind(fields.text("cluster"), fields.texts("pages", List.of("debug/", "metrics")));
    }

    @Override
    public void applyTo(Fleet fleet) {
        fleet.cluster(cluster).missingPages().addAll(pages);
    }
}
