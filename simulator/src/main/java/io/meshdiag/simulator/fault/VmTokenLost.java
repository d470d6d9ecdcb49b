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

/** Machines booted after two days without power, and /var/run with their tokens was empty then. */
record VmTokenLost(String cluster, String group, int count) implements Fault {
    static Fault read(Fields fields, Instant since) {
        return new VmTokenLost(
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
            hit.trust().age(hit.proxy(vm), Duration.ofDays(2));
            state.boot(Duration.ofMinutes(20));
            state.loseToken();
            state.neverConfigured();
            Machines.says(
                    hit,
                    vm,
                    now,
                    "error",
                    "sds",
                    "failed to fetch token from file: open ./var/run/secrets/tokens/istio-token: no such file or directory");
        }
    }
}
