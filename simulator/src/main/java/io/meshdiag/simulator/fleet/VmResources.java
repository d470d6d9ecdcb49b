package io.meshdiag.simulator.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** WorkloadGroup and auto-registered WorkloadEntry objects of a cluster's virtual machines. */
public final class VmResources {
    private static final String API = "networking.istio.io/v1";

    private VmResources() {}

    static Stream<CustomResource> of(Cluster cluster, Settings settings) {
        Instant created = settings.time().minus(Duration.ofDays(20));
        Map<String, CustomResource> groups = new TreeMap<>();
        for (Vm vm : cluster.vms()) {
            String group = vm.namespace() + "/" + vm.group();
            if (!cluster.removedGroups().contains(group)) {
                groups.putIfAbsent(group, group(vm, created));
            }
        }
        Stream<CustomResource> entries = cluster.vms().stream()
                .filter(vm -> cluster.state(vm).registered())
                .map(vm -> entry(
                        vm,
                        vm.workloadEntry(),
                        Map.of(
                                "istio.io/autoRegistrationGroup",
                                vm.group(),
                                "istio.io/connectedAt",
                                settings.time().minus(Duration.ofMinutes(17)).toString(),
                                "istio.io/workloadController",
                                cluster.connections()
                                        .istiodOf(cluster.proxy(vm))
                                        .name()),
                        created));
        return Stream.concat(groups.values().stream(), entries);
    }

    private static CustomResource group(Vm vm, Instant created) {
        Map<String, Object> template =
                Map.of("serviceAccount", vm.group(), "network", vm.network(), "ports", Map.of("http", 8080));
        Map<String, Object> spec =
                Map.of("metadata", Map.of("labels", Map.of("app", vm.group())), "template", template);
        return new CustomResource(API, "WorkloadGroup", vm.namespace(), vm.group(), Map.of(), created, spec, Map.of());
    }

    /** The WorkloadEntry of a machine. */
    public static CustomResource entry(Vm vm, String name, Map<String, String> annotations, Instant created) {
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
        return new CustomResource(
                API,
                "WorkloadEntry",
                vm.namespace(),
                name,
                Map.of("app", vm.group()),
                annotations,
                created,
                spec,
                Map.of("conditions", List.of(healthy)));
    }
}
