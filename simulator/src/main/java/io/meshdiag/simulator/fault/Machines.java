package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.ClusterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The virtual machines of one group, which some faults hit in part. */
final class Machines {
    /** As many as there are. */
    static final int ALL = 10_000;

    private Machines() {}

    /** The first so many of them. */
    static List<Vm> of(Cluster cluster, String group, int count) {
        return cluster.vms().stream()
                .filter(vm -> vm.group().equals(group))
                .limit(count)
                .toList();
    }

    static List<String> problems(List<ClusterSpec> clusters, String cluster, String group) {
        boolean some = clusters.stream()
                .filter(spec -> spec.id().equals(cluster))
                .flatMap(spec -> spec.vms().stream())
                .anyMatch(vms -> vms.group().equals(group));
        return some ? List.of() : List.of("no virtual machine of group '" + group + "' in " + cluster);
    }

    /** An agent that says the same every minute of the last quarter of an hour. */
    static void says(Cluster cluster, Vm vm, Instant now, String level, String scope, String message) {
        for (int minutes = 14; minutes > 0; minutes--) {
            cluster.state(vm).log().add(new LogLine(now.minus(Duration.ofMinutes(minutes)), level, scope, message));
        }
    }
}
