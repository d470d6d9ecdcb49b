package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.fleet.VmState;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Machines were switched off for nine days: their certificates, good for a day, and their tokens, good for an hour, have ended. */
record VmCredentialsExpired(String cluster, String group, int count) implements Fault {
    private static final String REFUSED = "failed to warm certificate: failed to generate workload certificate: create"
            + " certificate: rpc error: code = Unauthenticated desc = authentication failure";

    static Fault read(Fields fields, Instant since) {
        return new VmCredentialsExpired(
                fields.text("cluster"), fields.text("group"), fields.number("count", Machines.ALL, 1, Machines.ALL));
    }

    @Override
    public List<String> clusters() {
        return List.of(cluster);
    }

    @Override
    public List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return Machines.problems(clusters, cluster, group);
    }

    @Override
    public void applyTo(Fleet fleet) {
        Cluster hit = fleet.cluster(cluster);
        Instant now = fleet.settings().time();
        for (Vm vm : Machines.of(hit, group, count)) {
            VmState state = hit.state(vm);
            hit.trust().age(hit.proxy(vm), Duration.ofDays(9));
            state.boot(Duration.ofMinutes(20));
            state.neverConfigured();
            Machines.says(hit, vm, now, "error", "cache", "resource:default " + REFUSED);
        }
    }
}
