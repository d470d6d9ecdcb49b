package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** No fault by itself: istiods and proxies of some clusters have another version than those of the others, as in an upgrade in waves. */
record Upgraded(List<String> clusters, String version) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new Upgraded(fields.texts("clusters", List.of()), fields.text("version"));
    }

    @Override
    public List<String> problems(List<ClusterSpec> specs, List<ServiceSpec> services) {
        return version.matches("1\\.\\d+\\.\\d+") ? List.of() : List.of("no version such as 1.28.1: '" + version + "'");
    }

    @Override
    public void applyTo(Fleet fleet) {
        clusters.forEach(id -> fleet.cluster(id).upgrade(version));
    }
}
