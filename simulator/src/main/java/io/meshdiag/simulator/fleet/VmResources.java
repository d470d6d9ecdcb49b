package io.meshdiag.simulator.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** WorkloadGroup and auto-registered WorkloadEntry objects of a cluster's VMs. */
final class VmResources {
    private static final String API = "networking.istio.io/v1";

    private VmResources() {}

    static void addTo(Cluster cluster, Settings settings) {
        Instant created = settings.time().minus(Duration.ofDays(20));
        Map<String, Vm> groups = new TreeMap<>();
        cluster.vms().forEach(vm -> groups.putIfAbsent(vm.namespace() + "/" + vm.group(), vm));
        for (Vm vm : groups.values()) {
            Map<String, Object> template =
                    Map.of("serviceAccount", vm.group(), "network", vm.network(), "ports", Map.of("http", 8080));
            Map<String, Object> spec =
                    Map.of("metadata", Map.of("labels", Map.of("app", vm.group())), "template", template);
            cluster.customResources()
                    .add(new CustomResource(
                            API, "WorkloadGroup", vm.namespace(), vm.group(), Map.of(), created, spec, Map.of()));
        }
        for (Vm vm : cluster.vms()) {
            Map<String, Object> spec = Map.of(
                    "address", vm.ip(),
                    "labels", Map.of("app", vm.group()),
                    "network", vm.network(),
                    "serviceAccount", vm.group());
            Map<String, Object> healthy = Map.of(
                    "type",
                    "Healthy",
                    "status",
                    "True",
                    "lastProbeTime",
                    created.toString(),
                    "lastTransitionTime",
                    created.toString());
            cluster.customResources()
                    .add(new CustomResource(
                            API,
                            "WorkloadEntry",
                            vm.namespace(),
                            vm.workloadEntry(),
                            Map.of("app", vm.group()),
                            created,
                            spec,
                            Map.of("conditions", List.of(healthy))));
        }
    }
}
