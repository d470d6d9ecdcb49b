package io.meshdiag.processor.view;

import io.meshdiag.fact.ServiceEndpoints;
import io.meshdiag.state.ClusterSummary;
import java.util.List;
import java.util.stream.Stream;

/**
 * Services that are meant to stay in their cluster.
 *
 * @param istiodNamespaces namespaces of the cluster's istiods
 * @param localHosts host patterns that the mesh config calls cluster-local (serviceSettings)
 */
public record Locality(List<String> istiodNamespaces, List<String> localHosts) {
    public static Locality of(ClusterSummary cluster) {
        return new Locality(cluster.getIstiodNamespaces(), cluster.getClusterLocalHosts());
    }

    /**
     * True for hosts that the mesh config calls cluster-local, and for those that Istio always does: kube-system, the Kubernetes API, and istiod
     * itself, because a proxy talks to its own control plane (istio: pilot/pkg/model/cluster_local.go).
     */
    public boolean keeps(String namespace, String service, String hostname) {
        if (namespace.equals("kube-system") || (namespace.equals("default") && service.equals("kubernetes"))) {
            return true;
        }
        if (service.startsWith("istiod") && istiodNamespaces.contains(namespace)) {
            return true;
        }
        return Stream.of(hostname, service + "." + namespace)
                .anyMatch(host -> localHosts.stream().anyMatch(pattern -> matches(pattern, host)));
    }

    /** As {@link #keeps(String, String, String)}, for a Service under its usual host name. */
    public boolean keeps(String namespace, String service) {
        return keeps(namespace, service, service + "." + namespace + ".svc.cluster.local");
    }

    /** True when not even the service's own namespace may use it, so that no other cluster has to know it. */
    public static boolean exportedNowhere(ServiceEndpoints service) {
        List<String> to = service.getExportTo();
        return !to.isEmpty() && Stream.of("*", ".", service.getNamespace()).noneMatch(to::contains);
    }

    /** True when other clusters are meant to use endpoints of this Service, as far as the Service itself says. */
    public static boolean shares(ServiceEndpoints service) {
        return service.getHasSelector() && !service.getType().equals("ExternalName") && !exportedNowhere(service);
    }

    private static boolean matches(String pattern, String host) {
        return pattern.startsWith("*") ? host.endsWith(pattern.substring(1)) : host.equals(pattern);
    }
}
