package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.Fleet;
import io.meshdiag.simulator.fleet.Vm;
import io.meshdiag.simulator.scenario.ClusterSpec;
import io.meshdiag.simulator.scenario.Fields;
import io.meshdiag.simulator.scenario.ServiceSpec;
import java.time.Instant;
import java.util.List;

/** Something wrong with the virtual machines of one group: with the first so many of them, or with all. */
interface MachineFault extends Fault {
    String cluster();

    String group();

    int count();

    /** Does it to one machine. */
    void hit(Cluster cluster, Vm vm, Instant now);

    /** Makes a fault of its three fields; {@code count} may be left out, and means all. */
    static Fault read(Fields fields, Made made) {
        return made.of(
                fields.text("cluster"), fields.text("group"), fields.number("count", Machines.ALL, 1, Machines.ALL));
    }

    /** A constructor. */
    @FunctionalInterface
    interface Made {
        Fault of(String cluster, String group, int count);
    }

    @Override
    default List<String> clusters() {
        return List.of(cluster());
    }

    @Override
    default List<String> problems(List<ClusterSpec> clusters, List<ServiceSpec> services) {
        return Machines.problems(clusters, cluster(), group());
    }

    @Override
    default void applyTo(Fleet fleet) {
        Cluster cluster = fleet.cluster(cluster());
        Machines.of(cluster, group(), count())
                .forEach(vm -> hit(cluster, vm, fleet.settings().time()));
    }
}
