package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Pod;
import io.meshdiag.simulator.fleet.RemoteAccess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What istiods say and count when they cannot list and watch a remote cluster. */
final class WatchErrors {
    private static final List<String> TYPES = List.of("Pod", "Service", "EndpointSlice", "Node");
    private static final Duration RETRY = Duration.ofMinutes(1);
    /** How far back an istiod's log is worth writing. */
    private static final Duration WRITTEN = Duration.ofMinutes(20);

    private WatchErrors() {}

    /**
     * From this time on every list and watch of one remote cluster fails. An istiod that started later never got its first list; one that started
     * before keeps what it knew.
     *
     * @param id under which the observer has registered it
     * @param cause as Go's client writes it
     */
    static void since(Instant at, Fleet fleet, Cluster observer, String id, String cause) {
        List<LogLine> lines = lines(at, fleet.settings().time(), id, cause);
        observer.istiodLog().addAll(lines);
        boolean reached = observer.pods(Pod.Role.ISTIOD).stream()
                .anyMatch(istiod -> istiod.createdAt().isBefore(at));
        observer.remoteSecrets().computeIfPresent(id, (key, access) -> access.failing(reached, lines.size()));
    }

    static List<LogLine> lines(Instant at, Instant now, String id, String cause) {
        List<LogLine> lines = new ArrayList<>();
        Instant first = at.isAfter(now.minus(WRITTEN)) ? at : now.minus(WRITTEN);
        int turn = 0;
        for (Instant time = first; time.isBefore(now); time = time.plus(RETRY)) {
            String type = TYPES.get(turn++ % TYPES.size());
            lines.add(new LogLine(
                    time,
                    "error",
                    "controllers",
                    "watch error in cluster " + id + ": failed to list *v1." + type + ": " + cause));
        }
        return lines;
    }

    /** The clusters that have a remote secret for this one, other than itself, or those of them that are named. */
    static List<Cluster> observers(Fleet fleet, String target, List<String> named) {
        return fleet.clusters().values().stream()
                .filter(cluster -> !cluster.name().equals(target))
                .filter(cluster -> named.isEmpty() || named.contains(cluster.name()))
                .filter(cluster -> cluster.remoteSecrets().values().stream()
                        .map(RemoteAccess::target)
                        .anyMatch(target::equals))
                .toList();
    }
}
