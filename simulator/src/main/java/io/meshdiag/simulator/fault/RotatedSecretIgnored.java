package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The remote secret in "from" for "to" was renewed; the last istiod replica did not notice and goes on with the revoked token. */
record RotatedSecretIgnored(String from, String to, Instant at) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new RotatedSecretIgnored(fields.text("from"), fields.text("to"), fields.time("at", since));
    }

    @Override
    public List<String> clusters() {
        return List.of(from, to);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster observer = fleet.cluster(from);
        List<Pod> replicas = observer.pods(Pod.Role.ISTIOD);
        String last = replicas.get(replicas.size() - 1).name();
        String id = fleet.cluster(to).id();
        observer.replicaLogs()
                .computeIfAbsent(last, pod -> new ArrayList<>())
                .addAll(WatchErrors.lines(at, fleet.settings().time(), id, "Unauthorized"));
    }
}
