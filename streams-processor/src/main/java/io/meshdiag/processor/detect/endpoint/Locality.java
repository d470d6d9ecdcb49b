package io.meshdiag.processor.detect.endpoint;

import io.meshdiag.fact.EndpointShards;
import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.processor.view.ScopeView.Row;
import io.meshdiag.state.ClusterSummary;
import java.util.List;
import java.util.stream.Stream;

/** Services that are meant to stay in their cluster. */
final class Locality {
    private Locality() {}

    /**
     * True for hosts that the mesh config calls cluster-local (serviceSettings), and for those that Istio always does: kube-system, the Kubernetes
     * API, and istiod itself, because a proxy talks to its own control plane (istio: pilot/pkg/model/cluster_local.go).
     */
    static boolean keepsToItself(
            ClusterSummary cluster, String namespace, String service, List<Row<EndpointShards>> shards) {
        if (namespace.equals("kube-system") || (namespace.equals("default") && service.equals("kubernetes"))) {
            return true;
        }
        if (service.startsWith("istiod") && cluster.getIstiodNamespaces().contains(namespace)) {
            return true;
        }
        String host = shards.isEmpty()
                ? service + "." + namespace + ".svc.cluster.local"
                : shards.get(0).fact().getHostname();
        return Stream.concat(Stream.of(host), Stream.of(service + "." + namespace))
                .anyMatch(h -> cluster.getClusterLocalHosts().stream().anyMatch(p -> matches(p, h)));
    }

    /** True when not even the service's own namespace may use it, so that no other cluster has to know it. */
    static boolean exportedNowhere(ServiceEndpoints service) {
        List<String> to = service.getExportTo();
        return !to.isEmpty() && Stream.of("*", ".", service.getNamespace()).noneMatch(to::contains);
    }

    private static boolean matches(String pattern, String host) {
        return pattern.startsWith("*") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }
}
