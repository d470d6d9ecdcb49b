package io.meshdiag.simulator.artifact.kubernetes;

import io.meshdiag.simulator.artifact.Artifact;
import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Event;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Pod;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The table of "kubectl get events -A -o wide". */
public record EventTable(Fleet fleet, Cluster cluster) implements Artifact {
    @Override
    public String path() {
        return "cluster/events";
    }

    @Override
    public void writeTo(Writer out) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "NAMESPACE",
                "LAST SEEN",
                "TYPE",
                "REASON",
                "OBJECT",
                "SUBOBJECT",
                "SOURCE",
                "MESSAGE",
                "FIRST SEEN",
                "COUNT",
                "NAME"));
        events().forEach(event -> rows.add(row(event)));
        Table.write(rows, out);
    }

    Stream<Event> events() {
        return Stream.concat(everyday().stream(), cluster.events().stream());
    }

    /** What every cluster says every hour. */
    private List<Event> everyday() {
        Pod pod = cluster.pods(Pod.Role.SYSTEM).get(0);
        Instant at = fleet.settings().time().minus(Duration.ofMinutes(34));
        return List.of(new Event(
                pod.namespace(),
                "Normal",
                "Pulled",
                "pod/" + pod.name(),
                "kubelet, " + pod.node().name(),
                "Container image \"registry.k8s.io/coredns/coredns:v1.12.0\" already present on machine",
                at,
                at,
                1));
    }

    private List<String> row(Event event) {
        return List.of(
                event.namespace(),
                age(event.lastAt()),
                event.type(),
                event.reason(),
                event.object(),
                "",
                event.source(),
                event.message(),
                age(event.firstAt()),
                Integer.toString(event.count()),
                name(event));
    }

    String name(Event event) {
        String object = event.object().substring(event.object().indexOf('/') + 1);
        String hash = fleet.names()
                .uuid(cluster.name(), object, event.reason())
                .replace("-", "")
                .substring(0, 16);
        return (object + "." + hash).toLowerCase(Locale.ROOT);
    }

    /** kubectl's short form: 75s, 12m, 34m, 5h. */
    private String age(Instant at) {
        Duration age = Duration.between(at, fleet.settings().time());
        if (age.toSeconds() < 120) {
            return age.toSeconds() + "s";
        }
        if (age.toMinutes() < 10 && age.toSecondsPart() > 0) {
            return age.toMinutes() + "m" + age.toSecondsPart() + "s";
        }
        if (age.toMinutes() < 180) {
            return age.toMinutes() + "m";
        }
        return age.toHours() < 48 ? age.toHours() + "h" : age.toDays() + "d";
    }
}
