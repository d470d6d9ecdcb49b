package io.meshdiag.simulator.fault;

import io.meshdiag.simulator.fleet.Cluster;
import io.meshdiag.simulator.fleet.LogLine;
import io.meshdiag.simulator.fleet.Vm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What istiod and the agent of a machine say when it cannot be registered. */
final class Registrations {
    private Registrations() {}

    static void refused(Cluster cluster, Vm vm, Instant now, String why) {
        List<LogLine> istiod = cluster.replicaLogs()
                .computeIfAbsent(
                        cluster.connections().istiodOf(cluster.proxy(vm)).name(), pod -> new ArrayList<>());
        for (int minutes = 14; minutes > 0; minutes--) {
            istiod.add(new LogLine(now.minus(Duration.ofMinutes(minutes)), "error", "wle", why));
        }
        Machines.says(
                cluster,
                vm,
                now,
                "warning",
                "envoy config external/envoy/source/extensions/config_subscription/grpc/grpc_stream.h:152",
                "DeltaAggregatedResources gRPC config stream to xds-grpc closed: 9, " + why);
    }
}
