package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.scenario.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Clusters still have the reader role of an older Istio, which does not name a resource that the istiods of others watch.
 *
 * @param readers clusters with the old role
 */
record ReaderRoleOld(List<String> readers, String group, String resource, Instant at) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new ReaderRoleOld(
                fields.texts("clusters", List.of()),
                fields.text("group"),
                fields.text("resource"),
                fields.time("at", since));
    }

    @Override
    public List<String> clusters() {
        return readers;
    }

    @Override
    public void applyTo(Fleet fleet) {
        String cause = resource + "." + group + " is forbidden: User \"system:serviceaccount:istio-system:"
                + "istio-reader-service-account\" cannot list resource \"" + resource + "\" in API group \"" + group
                + "\" at the cluster scope";
        for (String reader : readers) {
            String id = fleet.cluster(reader).id();
            for (Cluster observer : WatchErrors.observers(fleet, reader, List.of())) {
                for (Instant time = at;
                        time.isBefore(fleet.settings().time());
                        time = time.plus(Duration.ofMinutes(1))) {
                    String line = "watch error in cluster " + id + ": failed to list *v1." + resource + ": " + cause;
                    observer.istiodLog().add(new LogLine(time, "error", "controllers", line));
                }
            }
        }
    }
}
